import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What a stack of its own needs to keep to itself. */
export interface Secrets {
  readonly ENCRYPTION_KEYS: string
  readonly AUTH_JWT_SECRET: string
  readonly ownerPassword: string
  readonly appPassword: string
  readonly ingressPassword: string
}

/** Promises the secrets of this home: made at its first start, the same at every later one. */
export async function secretsOf(home: string): Promise<Secrets> {
  const file = join(home, 'secrets.json')
  const kept = await readFile(file, 'utf8').catch(() => undefined)
  if (kept !== undefined) return JSON.parse(kept) as Secrets
  const secrets: Secrets = {
    ENCRYPTION_KEYS: `first:${randomBytes(32).toString('base64')}`,
    AUTH_JWT_SECRET: randomBytes(32).toString('base64url'),
    ownerPassword: randomBytes(18).toString('hex'),
    appPassword: randomBytes(18).toString('hex'),
    ingressPassword: randomBytes(18).toString('hex'),
  }
  await mkdir(home, { recursive: true })
  await writeFile(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  await rename(`${file}.new`, file)
  return secrets
}
