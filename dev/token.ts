import { SignJWT } from 'jose'

/** Who a token speaks for. */
export interface TokenClaims {
  readonly sub: string
  readonly org: string
  readonly role: 'admin' | 'member' | 'client'
  readonly name?: string
  readonly email?: string
}

/** The one the start prints: an admin of an organization that its first use makes. */
export const DEMO_ADMIN: TokenClaims = {
  sub: 'demo-admin',
  org: 'demo',
  role: 'admin',
  name: 'Demo Admin',
  email: 'admin@demo.example',
}

/** A printed token sits in a terminal and a clipboard for as long as somebody tries things out. */
const LIFE = '30 days'

/** Promises a bearer token with these claims, signed with the stack's own secret. */
export const signToken = (secret: string, claims: TokenClaims): Promise<string> =>
  new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt()
    .setExpirationTime(LIFE)
    .sign(new TextEncoder().encode(secret))
