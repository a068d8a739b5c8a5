import { readFileSync } from 'node:fs'
import { migrate } from '../db/migrate.ts'

/** One setting, or the file named by it with `_FILE`; a missing one is named, never shown. */
function setting(name: string): string {
  const file = process.env[`${name}_FILE`]
  const value = file === undefined ? process.env[name] : readFileSync(file, 'utf8').trim()
  if (value === undefined || value === '') throw new Error(`${name} or ${name}_FILE is missing`)
  return value
}

await migrate({
  ownerUrl: setting('DATABASE_OWNER_URL'),
  appUrl: setting('DATABASE_URL'),
  ingressUrl: setting('DATABASE_INGRESS_URL'),
  log: (line) => console.log(line),
})
console.log('database: up to date')
