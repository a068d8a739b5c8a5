/**
 * The key under which a person is found by e-mail: outer white space gone, letters small, and one
 * spelling (NFC) of what Unicode can spell in two. Dots and `+tags` stay: they may be other people.
 * The e-mail as typed is kept beside it.
 */
export const normalizeEmail = (email: string): string =>
  // Small letters first: some capitals (the Kelvin sign) would be composed into other capitals.
  email.trim().toLowerCase().normalize('NFC').toLowerCase().normalize('NFC')
