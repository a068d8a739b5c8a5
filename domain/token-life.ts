/** The end of the life of a key, which has none: a date that every clock and column can hold. */
export const NEVER_EXPIRES = Date.UTC(9999, 11, 31)
