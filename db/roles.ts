import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import type pg from 'pg'

/** The process roles: one for api and worker, one for the webhook door. */
const APP_ROLE = 'rendezvous_app'
const INGRESS_ROLE = 'rendezvous_ingress'
/** Owns the functions that look across tenants; nobody logs in as it. */
const GATE_ROLE = 'rendezvous_gate'

/**
 * Makes the three roles where they are missing and sets the passwords of the two that log in.
 * Roles belong to the cluster, not to the database, so another migration may be doing the same.
 */
export async function ensureRoles(owner: pg.Client, urls: RoleUrls): Promise<void> {
  await createRole(owner, GATE_ROLE, 'nologin')
  await createRole(owner, APP_ROLE, 'login')
  await createRole(owner, INGRESS_ROLE, 'login')
  await setPassword(owner, APP_ROLE, urls.appUrl)
  await setPassword(owner, INGRESS_ROLE, urls.ingressUrl)
  await joinGate(owner)
}

interface RoleUrls {
  readonly appUrl: string
  readonly ingressUrl: string
}

const DUPLICATE = new Set(['42710', '23505'])

async function createRole(owner: pg.Client, role: string, login: 'login' | 'nologin') {
  const known = await owner.query('select from pg_roles where rolname = $1', [role])
  if (known.rowCount === 1) return
  try {
    await owner.query(
      `create role ${role} ${login} nosuperuser nobypassrls nocreatedb nocreaterole`,
    )
  } catch (error) {
    if (!DUPLICATE.has(codeOf(error))) throw error
  }
}

/** Sent as a verifier, so that the password itself stands in no server log. */
async function setPassword(owner: pg.Client, role: string, url: string): Promise<void> {
  const { username, password } = new URL(url)
  if (decodeURIComponent(username) !== role)
    throw new Error(`The database URL of ${role} must log in as ${role}.`)
  const verifier = scramVerifier(decodeURIComponent(password))
  for (let attempt = 1; ; attempt += 1) {
    try {
      await owner.query(`alter role ${role} password '${verifier}'`)
      return
    } catch (error) {
      // A migration of another database in this cluster writes the same row at this moment.
      if (codeOf(error) !== 'XX000' || attempt === 20) throw error
    }
  }
}

/** A managed cluster's owner is no superuser: it must belong to a role to give functions to it. */
async function joinGate(owner: pg.Client): Promise<void> {
  const { rows } = await owner.query<{ joins: boolean }>(
    `select not rolsuper and not pg_has_role(current_user, '${GATE_ROLE}', 'set') as joins
       from pg_roles where rolname = current_user`,
  )
  if (rows[0]?.joins === true) await owner.query(`grant ${GATE_ROLE} to current_user`)
}

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''

/** RFC 5803; 4096 rounds are PostgreSQL's own default. */
function scramVerifier(password: string): string {
  const salt = randomBytes(16)
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, 4096, 32, 'sha256')
  const hmac = (text: string): Buffer => createHmac('sha256', salted).update(text).digest()
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest()
  const keys = `${storedKey.toString('base64')}:${hmac('Server Key').toString('base64')}`
  return `SCRAM-SHA-256$4096:${salt.toString('base64')}$${keys}`
}
