import assert from 'node:assert/strict'
import { repositoryFiles } from '../../../dev/repository-files.ts'
import { openCalendlyMock, ACCESS } from '../../support/calendly-mock.ts'
import { bytes, delivery, INVITEE, SLOT } from '../../support/calendly-payloads.ts'
import { openDoor } from './door.ts'
import type { Door } from './door.ts'
import { stageOf } from './stage.ts'
import type { DoorStage } from './stage.ts'

/** The number of a slot or an invitee in its URI. */
const numbered = (uri: string, n: number): string => `${uri.slice(0, -4)}${n}`
const invitee = (n: number): string =>
  `${numbered(SLOT, n)}/invitees/${INVITEE.split('/').at(-1)?.slice(0, -4)}${n}`
const AT = { start_time: '2026-12-01T10:00:00.000000Z', end_time: '2026-12-01T10:30:00.000000Z' }
const LATER = { start_time: '2026-12-02T10:00:00.000000Z', end_time: '2026-12-02T10:30:00.000000Z' }

/** One event of booking number n. */
const told = (kind: string, n: number, payload: object = {}, slot: object = AT): Buffer => {
  const uris = { uri: invitee(n), event: numbered(SLOT, n) }
  return bytes(
    delivery(kind, {
      payload: { ...uris, email: `pat${n}@prospect.test`, ...payload },
      slot: { uri: numbered(SLOT, n), ...slot },
    }),
  )
}
const created = (n: number, payload: object = {}, slot: object = AT): Buffer =>
  told('invitee.created', n, payload, slot)
const canceled = (n: number, payload: object = {}): Buffer =>
  told(
    'invitee.canceled',
    n,
    { status: 'canceled', updated_at: '2026-11-21T10:20:00.000000Z', ...payload },
    { ...AT, status: 'canceled' },
  )

/** The same body with a key twice. */
const twice = (body: Buffer, key: string, [first, last]: [string, string]): Buffer =>
  Buffer.from(
    body
      .toString()
      .replace(new RegExp(`"${key}":"[^"]*"`, 'g'), `"${key}":"${first}","${key}":"${last}"`),
  )

describe('what hostile deliveries come to', () => {
  let door: Door
  let stage: DoorStage
  before(async () => {
    door = await openDoor()
    stage = stageOf(door)
  })
  after(() => door.close())

  const seen = (n: number) => stage.seen(`pat${n}@prospect.test`)
  const CREATED = ['prospect:created', 'meeting:created']
  const STORED = { rows: 1, started: 1, log: ['verified and stored'] }

  it('case 41: has no second effect when a replay comes after its dedupe key was purged', async () => {
    const body = created(4101)
    await door.leaves({ ...STORED, frames: CREATED }, () => stage.deliver({ body }))
    await door.api.owner.query('delete from inbound_event')

    await door.leaves({ ...STORED, frames: [] }, () => stage.deliver({ body }))

    assert.deepEqual(await stage.ends(), ['processed'])
    assert.deepEqual((await seen(4101)).meetings, ['active 2026-12-01'])
  })

  it('case 56: reads two equal keys in one way, at the check and in the effect', async () => {
    const emails: [string, string] = ['first@prospect.test', 'last@prospect.test']
    const foreign = 'https://api.calendly.com/users/foreign'

    await door.leaves({ ...STORED, frames: CREATED }, () =>
      stage.deliver({ body: twice(created(5601), 'email', emails) }),
    )
    const hostless = created(5602, {}, { ...AT, event_memberships: [] })
    const { userUri } = door.tenant
    await stage.deliver({ body: twice(hostless, 'created_by', [userUri, foreign]) })

    assert.equal((await stage.seen('first@prospect.test')).prospects, 0)
    assert.equal((await stage.seen('last@prospect.test')).prospects, 1)
    assert.equal((await stage.ends()).at(-1), 'quarantined accountMismatch')
  })

  it('case 61: keeps texts of attackers as texts, whatever their size and tongue', async () => {
    const rtl = 'pat\u202eexe.\u200bрау@prospect.test'
    const name = `<img src=x onerror=alert(1)> =cmd()|'/c calc'!A1 {{7*7}} \${7*7} \u202e`

    await door.leaves({ ...STORED, frames: CREATED }, () =>
      stage.deliver({ body: created(6101, { email: rtl, name }) }),
    )
    const long = Array.from({ length: 10_000 }, (_, at) =>
      String.fromCodePoint(97 + ((at * at) % 26)),
    )
    await stage.deliver({ body: created(6102, { email: `${long.join('')}@prospect.test` }) })

    assert.deepEqual((await stage.seen(rtl)).names, [name])
    assert.match((await stage.ends()).at(-1) ?? '', /^(processed|quarantined)/)
  })

  it('case 61: shows texts in the console as texts, since nothing there writes markup', () => {
    const sources = repositoryFiles().filter(({ path }) => path.startsWith('console/'))

    const writing = sources.filter(({ text }) =>
      /innerHTML|insertAdjacentHTML|document\.write/.test(text),
    )

    assert.ok(sources.length > 10)
    assert.deepEqual(writing, [])
  })

  it('case 79: takes the URI of a foreign host as a name, and never calls it', async () => {
    const mock = openCalendlyMock()
    const foreign = [
      'https://api.calendly.com.evil.test/scheduled_events/1',
      'https://api.calendly.com@evil.test/scheduled_events/1',
      'http://api.calendly.com/scheduled_events/1',
    ]

    for (const [at, slotUri] of foreign.entries()) {
      const payload = { event: slotUri, uri: `${slotUri}/invitees/${at}` }
      await stage.deliver({ body: created(7901 + at, payload, { ...AT, uri: slotUri }) })
      await assert.rejects(mock.calendly.listInvitees(ACCESS, { slotUri }), /not sent|provider's/)
    }

    assert.deepEqual(mock.sent, [])
    await mock.close()
  })

  it('case 80: ends canceled, with one prospect, when the cancel comes first', async () => {
    await stage.deliver({ body: canceled(8001) })
    await stage.deliver({ body: created(8001) })

    const { prospects, meetings } = await seen(8001)
    assert.deepEqual([prospects, meetings], [1, ['canceled 2026-12-01']])
  })

  for (const [n, order] of [
    [8110, 'new booking first'],
    [8120, 'old cancel first'],
  ] as const)
    it(`case 81: makes one meeting of a reschedule, ${order}`, async () => {
      const person = { email: `pat${n}@prospect.test` }
      const moved = created(n + 1, { ...person, old_invitee: invitee(n) }, LATER)
      const left = canceled(n, { ...person, rescheduled: true, new_invitee: invitee(n + 1) })
      await stage.deliver({ body: created(n, person) })

      for (const body of n === 8110 ? [moved, left] : [left, moved]) await stage.deliver({ body })

      const { prospects, meetings } = await seen(n)
      assert.deepEqual([prospects, meetings], [1, ['active 2026-12-02']])
    })

  it('case 82: stays canceled when a copy of the creation comes late', async () => {
    const body = created(8201)
    await stage.deliver({ body }, { body: canceled(8201) })

    await door.leaves({ log: ['nothing new'] }, () => stage.deliver({ body }))
    await door.api.owner.query('delete from inbound_event')
    await door.leaves(STORED, () => stage.deliver({ body }))

    assert.deepEqual((await seen(8201)).meetings, ['canceled 2026-12-01'])
  })

  it('case 86: breaks a tie of equal times in one way, whatever came first', async () => {
    const same = { updated_at: '2026-11-21T10:20:00.000000Z' }
    const mark = (n: number) => ({ uri: `${SLOT}/marks/${n}`, created_at: same.updated_at })
    const story = (n: number): Buffer[] => [
      created(n, { ...same, name: 'Ann' }),
      told('invitee_no_show.created', n, { ...same, name: 'Zoe', no_show: mark(n) }),
      canceled(n, { ...same, name: 'Moe' }),
    ]
    const ends: unknown[] = []

    for (const [n, order] of [[8601, [0, 1, 2]] as const, [8602, [2, 1, 0]] as const]) {
      for (const at of order) await stage.deliver({ body: story(n)[at] ?? Buffer.alloc(0) })
      ends.push(await seen(n))
    }

    assert.deepEqual(ends[0], ends[1])
    assert.deepEqual((ends[0] as { meetings: string[] }).meetings, ['canceled 2026-12-01'])
  })
})
