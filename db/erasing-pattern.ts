/**
 * A pattern for these addresses, and for no longer one that contains them; PostgreSQL and
 * JavaScript read it alike. Raw bytes are matched as `encode(…, 'escape')` shows them. Each sign may
 * be written as JSON (`\u0040`, however often that was put into JSON again), an address on the web
 * (`%40`) or HTML (`&#64;`) may write it: nobody has to understand a text to see who is named in it.
 * What stands before the address is the first group.
 */
export function patternOf(emails: readonly string[]): string {
  const all = new Set(emails.map((email) => email.trim().toLowerCase()).filter((it) => it !== ''))
  const alternatives = [...all].map((email) => Array.from(email, written).join(''))
  return `${BEGINS}(?:${alternatives.join('|')})${ENDS}`
}

/** Signs that no address goes on with, as the two digits of their code; and letters, which it may. */
const OTHER_CODES = '[0189a-f][0-9a-f]|2[0-46-9acf]|3[a-f]|[46]0|5[b-e]|7[b-f]'
const LETTER_CODES = '3[0-9]|[46][1-9a-f]|[57][0-9a]|2d'

// The last sign of an escape is no part of the address: `\npat@` and `%20pat@` begin with the p.
// What is before it is matched, not only looked at: PostgreSQL looks back at every single sign.
const BEGINS = String.raw`(^|[^a-z0-9._%+-]|\\[bfnrt]|\\[0-7]{3}|(?:%|\\u00)(?:${OTHER_CODES})|\\u(?:[1-9a-f][0-9a-f]|0[1-9a-f])[0-9a-f]{2})`
const ENDS = String.raw`(?![a-z0-9-]|[.][a-z0-9]|(?:%|\\+u00)(?:${LETTER_CODES}))`

/** One sign in each way that it may be written; a pattern knows no difference of letter case. */
function written(sign: string): string {
  const forms = [...new Set([sign.toLowerCase(), sign.toUpperCase()])]
  const ways = forms.flatMap((form) => {
    const bytes = [...Buffer.from(form)]
    const code = form.codePointAt(0) ?? 0
    return [
      String.raw`\\+` +
        units(form)
          .map((unit) => `u${hex(unit, 4)}`)
          .join(String.raw`\\+`),
      bytes.map((byte) => `%(?:25)*${hex(byte, 2)}`).join(''),
      `&#(?:0*${code}|x0*${hex(code, 1)});`,
      // Other letters than ASCII, as raw bytes are shown.
      ...(code < 128 ? [] : [bytes.map((byte) => String.raw`\\${byte.toString(8)}`).join('')]),
    ]
  })
  return `(?:${[literal(sign), ...ways].join('|')})`
}

/** No sign of ASCII has a meaning; JSON may put strokes before those that are no letters. */
const literal = (sign: string): string => {
  if (/[a-z0-9]/.test(sign)) return sign
  return sign.charCodeAt(0) < 128 ? `\\\\*\\${sign}` : sign
}

const units = (text: string): number[] =>
  Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')
