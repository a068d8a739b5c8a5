import { randomUUID } from 'node:crypto'

/** A UUID of version 7 (RFC 9562): in order of time, so pages and indexes follow creation. */
export function newId(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  // The rest is as random as in version 4, with the variant in its place, and drawn in bulk.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}

/** Whether a text from outside has the form of an id; anything else is nobody's row. */
export const isId = (text: string): boolean =>
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
