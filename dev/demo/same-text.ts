/** A name with an accent, a sign outside the basic plane and a Chinese character. */
export const NAME = 'Éloïse 🎉 王'

/** A text as its code points, so that a look-alike shows: `U+00C9 U+006C …`. */
export const codePoints = (text: string): string =>
  Array.from(text, (sign) => `U+${hexOf(sign.codePointAt(0) ?? 0)}`).join(' ')

const hexOf = (codePoint: number): string => codePoint.toString(16).toUpperCase().padStart(4, '0')
