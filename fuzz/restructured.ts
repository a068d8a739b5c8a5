import type { Random } from './random.ts'

/** What nobody expects in a field, as it would stand in JSON. */
const ODD_VALUES: readonly [string, ...string[]] = [
  'null',
  'true',
  '0',
  '-1',
  '1e400',
  '12345678901234567890',
  '""',
  '[]',
  '{}',
  '[[]]',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":1}}',
  '"\\u0000"',
  '"\\ud800"',
  '"2026-02-30T00:00:00.000000Z"',
  '"infinity"',
  '"\u202e\u200bрау"',
  '"https://api.calendly.com.evil.test/x"',
  JSON.stringify('x'.repeat(20_000)),
  JSON.stringify('💥'.repeat(2_000)),
  `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  '{"a":1,"a":2}',
]

/** Takes the place of a value until the text is made; JSON itself could not say all of them. */
const PLACE = '@the odd value@'

/** The same JSON with one part left out, renamed, doubled, wrapped or replaced by something odd. */
export function restructured(body: Buffer, random: Random): Buffer {
  const root = JSON.parse(body.toString()) as Node
  const [holder, key] = random.one(placesIn(root) as [Place, ...Place[]])
  const value = holder[key]
  const act = random.one(['leaveOut', 'rename', 'wrap', 'replace', 'replace', 'double'])
  if (act === 'leaveOut') delete holder[key]
  else if (act === 'rename') rename(holder, key, random)
  else if (act === 'wrap') holder[key] = random.one([[value], { value }])
  else holder[key] = PLACE
  const odd = act === 'double' ? `1,${JSON.stringify(key)}:2` : random.one(ODD_VALUES)
  return Buffer.from(JSON.stringify(root).replace(`"${PLACE}"`, () => odd))
}

type Node = Record<string, unknown>
type Place = readonly [holder: Node, key: string]

/** Every field of every object, however deep. */
function placesIn(node: unknown): Place[] {
  if (Array.isArray(node)) return node.flatMap(placesIn)
  if (typeof node !== 'object' || node === null) return []
  const holder = node as Node
  return Object.entries(holder).flatMap(([key, value]) => [
    [holder, key] as const,
    ...placesIn(value),
  ])
}

function rename(holder: Node, key: string, random: Random): void {
  const value = holder[key]
  delete holder[key]
  holder[random.one([`${key}s`, key.toUpperCase(), ` ${key}`, 'uri', 'event'])] = value
}
