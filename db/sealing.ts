import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { KeyRing } from './key-ring.ts'

/** Where a sealed value lives; moved anywhere else, it does not open. */
export interface SealedPlace {
  readonly organizationId: string
  /** Table and key of the row, as in `credential/<id>`. */
  readonly row: string
  readonly field: string
  readonly generation: number
}

/** A sealed value that is cut, changed, misplaced, or under a key that we don't hold. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken'
  constructor(place: SealedPlace, why: string) {
    super(`${place.row}.${place.field} (generation ${place.generation}) does not open: ${why}`)
  }
}

/** NIST SP 800-38D: 96 random bits are safe for 2^32 values under one key. */
const IV_BYTES = 12
/** Stated on both sides: Node accepts tags cut to four bytes otherwise. */
const TAG_BYTES = 16
const FORMAT = 's1'

/** Seals a text for one place as `s1.<key id>.<iv, ciphertext and tag>`. */
export function seal(ring: KeyRing, place: SealedPlace, text: string): string {
  const key = ring.keys.get(ring.writer)
  if (key === undefined) throw new SealBroken(place, 'the key ring is empty')
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
  cipher.setAAD(boundTo(ring.writer, place))
  const sealed = Buffer.concat([
    iv,
    cipher.update(text, 'utf8'),
    cipher.final(),
    cipher.getAuthTag(),
  ])
  return `${FORMAT}.${ring.writer}.${sealed.toString('base64url')}`
}

/** Opens what was sealed for this very place, or throws SealBroken, which holds no secret. */
export function open(ring: KeyRing, place: SealedPlace, sealed: string): string {
  const [format, keyId = '', encoded = '', ...rest] = sealed.split('.')
  const bytes = Buffer.from(encoded, 'base64url')
  // Lax decoding reads many texts as the same bytes; only the one that was written is taken.
  const isWellFormed =
    format === FORMAT && rest.length === 0 && encoded === bytes.toString('base64url')
  if (!isWellFormed || bytes.length < IV_BYTES + TAG_BYTES)
    throw new SealBroken(place, 'not a sealed value')
  const key = ring.keys.get(keyId)
  if (key === undefined) throw new SealBroken(place, 'its key is not in ENCRYPTION_KEYS')
  const iv = bytes.subarray(0, IV_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
  decipher.setAAD(boundTo(keyId, place))
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  const text = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES))
  try {
    return Buffer.concat([text, decipher.final()]).toString('utf8')
  } catch {
    // Without the cause on purpose: nothing of the value may travel with the error.
    throw new SealBroken(place, 'it was changed or moved')
  }
}

/** The id of the key a value is sealed under, for rotation. */
export const keyOf = (sealed: string): string => sealed.split('.')[1] ?? ''

/** Each part with its length before it: plain joining would read `a|bc` as `ab|c`. */
function boundTo(keyId: string, place: SealedPlace): Buffer {
  const { organizationId, row, field, generation } = place
  const parts = [FORMAT, keyId, organizationId, row, field, String(generation)]
  return Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4)
      const bytes = Buffer.from(part, 'utf8')
      length.writeUInt32BE(bytes.length)
      return [length, bytes]
    }),
  )
}
