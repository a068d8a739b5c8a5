/** The keys that open sealed values; the first one also seals. */
export interface KeyRing {
  readonly writer: string
  readonly keys: ReadonlyMap<string, Buffer>
}

/**
 * Reads `id:base64,…`. The error names the entry by its place and says what is wrong, and holds
 * nothing of the value.
 */
export function parseKeyRing(text: string): KeyRing {
  const keys = new Map<string, Buffer>()
  for (const [index, entry] of text.trim().split(',').entries()) {
    const match = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)$/.exec(entry.trim())
    if (match === null) throw new KeyRingInvalid(`key ${index + 1} is not id:base64 of 32 bytes`)
    const [, id = '', encoded = ''] = match
    if (keys.has(id)) throw new KeyRingInvalid(`key ${index + 1} repeats an id`)
    keys.set(id, Buffer.from(encoded, 'base64'))
  }
  const [writer = ''] = keys.keys()
  return { writer, keys }
}

/** The configured key ring can't be read. */
export class KeyRingInvalid extends Error {
  override readonly name = 'KeyRingInvalid'
}
