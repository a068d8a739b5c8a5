/** A name with an accent, a sign outside the basic plane and a Chinese character. */
export const NAME = 'Éloïse 🎉 王'

/** A text as its code points, so that a look-alike shows: `U+00C9 U+006C …`. */
export const codePoints = (text: string): string =>
  [...text]
    .map((sign) => `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`)
    .join(' ')
