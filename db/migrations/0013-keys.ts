import { type Kysely, sql } from 'kysely'

/** Access by a key that a person hands over, and hooks that a person makes by hand. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(KEYS).execute(db)
}

const KEYS = `
  -- Where the API is that a key opens; null where that is the same for everybody.
  alter table credential add column api_address text;
  alter table operation add column api_address text, add column purpose text,
    add constraint operation_purpose_known check (purpose in ('prospects', 'sessions'));

  -- A person ticks the events at the provider: there is no access to look with.
  alter table integration add column webhook_only boolean not null default false;

  alter table operation drop constraint operation_outcome_known;
  alter table operation add constraint operation_outcome_known check (outcome in ('live', 'polling',
    'needsAdmin', 'needsScope', 'needsConsent', 'waitingForFirstDelivery', 'denied', 'superseded',
    'paused', 'disconnected', 'failed'));
`
