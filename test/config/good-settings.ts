/** A whole environment of a local api; a value that must never be printed is called a canary. */
export const GOOD = {
  API_URL: 'http://localhost:3000',
  APP_URL: 'http://127.0.0.1:3000',
  DATABASE_URL: 'postgres://app:canary-one@localhost/r',
  DATABASE_INGRESS_URL: 'postgres://ingress:canary-two@localhost/r',
  ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
  CALENDLY_AUTH_URL: 'http://127.0.0.1:4010',
  CALENDLY_API_URL: 'http://127.0.0.1:4010',
  CALENDLY_CLIENT_ID: 'client',
  CALENDLY_CLIENT_SECRET: 'canary-three',
  AUTH_JWT_SECRET: 'canary-four'.repeat(4),
}
