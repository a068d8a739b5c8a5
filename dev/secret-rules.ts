/** A place in a text that looks like a live secret; never the value itself. */
export interface Suspicion {
  readonly line: number
  readonly rule: string
}

/** Constants that stand in the repository on purpose and open nothing but the sandbox. */
const ALLOWED = ['sandbox-client-not-a-secret']

/** What the vendors put in front of what they issue, so that it can be found. */
const PREFIXES: readonly (readonly [rule: string, pattern: RegExp])[] = [
  ['private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['JSON web token', /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/],
  ['Cal.com key', /\bcal_(live|test)_[a-z0-9]{16,}/i],
  ['GitHub token', /\b(gh[oprsu]_\w{30,}|github_pat_\w{30,})/],
  ['GitLab token', /\bglpat-[\w-]{20,}/],
  ['AWS key', /\b(AKIA|ASIA)[A-Z0-9]{16}\b/],
  ['Google key', /\bAIza[\w-]{35}/],
  ['Slack token', /\bxox[abprs]-[\w-]{20,}/],
  ['Stripe key', /\b[rs]k_(live|test)_\w{16,}/],
  ['model vendor key', /\bsk-[\w-]{32,}/],
  ['package registry token', /\bnpm_\w{36}/],
  ['password in a URL', /\bpostgres(ql)?:\/\/\w+:(?=\w*\d)(?=\w*[a-z])\w{16,}@/i],
]

/** A name that promises a secret, and a value long and mixed enough to be one. */
const ASSIGNMENT =
  /(?:secret|token|passw(?:or)?d|api_?key|signing_?key|encryption_?keys?|credential)s?["'`]?\]?\s*[:=]\s*["'`]?([\w+/=.:-]{20,})/gi

/** English and camelCase stay below; random base64 of 20 characters and more is above. */
const RANDOM_BITS_PER_CHARACTER = 3.7

/** Hexadecimal has only 16 characters to choose from. */
const RANDOM_HEX_BITS_PER_CHARACTER = 3

/** Every suspicious place in a text, each line at most once. */
export function suspicionsIn(text: string): Suspicion[] {
  const lines = ALLOWED.reduce((rest, allowed) => rest.replaceAll(allowed, ''), text).split('\n')
  return lines.flatMap((content, at) => {
    const rule = ruleFor(content)
    return rule === undefined ? [] : [{ line: at + 1, rule }]
  })
}

function ruleFor(line: string): string | undefined {
  const known = PREFIXES.find(([, pattern]) => pattern.test(line))
  if (known !== undefined) return known[0]
  const values = [...line.matchAll(ASSIGNMENT)].map((match) => match[1] ?? '')
  return values.some(looksRandom) ? 'random value under a secret name' : undefined
}

function looksRandom(value: string): boolean {
  const core = value.replace(/^[\w-]{1,12}:/, '')
  if (!/\d/.test(core) || !/[a-z]/i.test(core)) return false
  const isHex = /^[0-9a-f]{32,}$/i.test(core)
  return entropy(core) > (isHex ? RANDOM_HEX_BITS_PER_CHARACTER : RANDOM_BITS_PER_CHARACTER)
}

/** Shannon's bits per character. */
function entropy(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  return [...counts.values()]
    .map((count) => count / text.length)
    .reduce((sum, share) => sum - share * Math.log2(share), 0)
}
