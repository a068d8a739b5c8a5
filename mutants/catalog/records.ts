import type { Mutant } from '../mutant.ts'

const INBOX_TEST = 'test/db/ingress-store.test.ts'
const DATABASE = 'db/database.ts'

/** Mistakes in how deliveries become records: once, whole, and never backwards. */
export const RECORDS: readonly Mutant[] = [
  {
    name: 'knows no copy of a delivery',
    file: 'api/ingress/store-delivery.ts',
    from: 'dedupeKey: delivery.dedupeKey,',
    to: 'dedupeKey: `${delivery.dedupeKey}:${process.hrtime.bigint()}`,',
    test: {
      file: 'test/api/ingress/replays.test.ts',
      title: 'case 39: acknowledges an exact replay, and starts nothing again',
    },
  },
  {
    name: 'has one dedupe key for all tenants',
    file: 'db/migrations/0003-bookings.ts',
    from: '    unique (organization_id, integration_id, dedupe_key),',
    to: '    unique (organization_id, integration_id, dedupe_key), unique (dedupe_key),',
    test: {
      file: 'test/db/tenancy.test.ts',
      title: 'begins every unique key and foreign key of a tenant table with the organization',
    },
  },
  {
    name: 'takes another content under a known key for a copy',
    file: 'db/migrations/0016-acceptance.ts',
    from: "where e.id <> d.id and e.source = 'webhook' and e.body_hash <> d.hash",
    to: 'where false',
    test: {
      file: INBOX_TEST,
      title: 'keeps a known key with another content in quarantine, once',
    },
  },
  {
    name: 'lets the last delivery win, whichever version it tells',
    file: 'domain/booking-merge.ts',
    from: '(textOf(a) >= textOf(b) ? a : b)',
    to: '(textOf(a) === textOf(b) ? a : b)',
    test: {
      file: 'test/domain/booking-state.test.ts',
      title: 'merges as a join: in any order, any grouping, any number of times',
    },
  },
  {
    name: 'opens a cancelled booking again when its creation comes late',
    file: 'domain/booking-merge.ts',
    from: "  a.status === 'canceled' || b.status === 'canceled'",
    to: "  a.status !== b.status ? b.status === 'canceled' : a.status === 'canceled'",
    test: {
      file: 'test/domain/booking-state.test.ts',
      title: 'ends canceled when the cancellation comes before the booking (case 80)',
    },
  },
  {
    name: 'commits each statement by itself',
    file: DATABASE,
    from: "  return db.transaction().execute(async (trx) => {\n    await sql`${PREPARED}${UNAWAITED} select set_config('app.organization', ${organizationId}, true)",
    to: "  return db.connection().execute(async (connection) => {\n    const trx = connection as Parameters<typeof writeOutbox>[0]\n    await sql`${PREPARED}${UNAWAITED} select set_config('app.organization', ${organizationId}, false)",
    test: {
      file: 'test/db/outbox.test.ts',
      title: 'writes nothing for a transaction that is undone, and neither is what was done in it',
    },
  },
  {
    name: 'takes a transaction that was undone for a commit',
    file: 'db/unawaited.ts',
    from: '      if (untold !== undefined) throw untold.error\n',
    to: '',
    test: {
      file: 'test/db/unawaited.test.ts',
      title: 'fails the commit where nothing else is waited for, and nothing is committed',
    },
  },
  {
    name: 'shows an older version over a newer one',
    file: 'console/web/live-list.ts',
    from: 'present === undefined || !isOlder(record, present)',
    to: 'present === undefined || !isOlder(record, present) || isOlder(record, present)',
    test: {
      file: 'test/console/live-list.test.ts',
      title: 'keeps the newer of two versions, whichever comes first',
    },
  },
]
