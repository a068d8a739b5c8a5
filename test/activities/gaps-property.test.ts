import assert from 'node:assert/strict'
import fc from 'fast-check'
import { startTestApi, type TestApi } from '../api/harness.ts'
import { type LiveOwner, startOwner } from '../support/live-owner.ts'

/** What somebody does to a booking, and whether our hook hears of it. */
interface Deed {
  readonly what: 'book' | 'cancel' | 'move' | 'mark' | 'unmark'
  readonly whom: number
}

/** One person as the provider shows them, and as our records do. */
interface Person {
  readonly invitee: string
  readonly status: string
  readonly no_show: boolean
  readonly start: string
}

const deeds = fc.array(
  fc.record<Deed>({
    what: fc.constantFrom('book', 'book', 'cancel', 'move', 'mark', 'unmark'),
    whom: fc.nat(20),
  }),
  { minLength: 4, maxLength: 14 },
)
const ways = fc.constantFrom<keyof typeof LOSE>('disabled', 'deleted', 'revoked', 'refused')

describe('the ledger of gaps, whatever was lost', function gapsSuite() {
  this.timeout(60_000)
  let api: TestApi
  before(async () => void (api = await startTestApi()))
  after(() => api.close())

  it('has records that equal the provider’s once every gap is closed', async () => {
    let recovered = 0

    await fc.assert(
      fc.asyncProperty(deeds, deeds, ways, async (heard, lost, way) => {
        const owner = await startOwner(api)
        try {
          const people = await play(owner, heard, [])
          await owner.run('reconcile', 'sync')
          await LOSE[way](owner)
          await play(owner, lost, people)
          await owner.run('reconcile')
          await owner.heal()
          if (way === 'revoked') await owner.connect()
          await owner.later(16)
          await owner.run('reconcile')
          await heardAll(owner)

          assert.deepEqual(await ours(owner), await theirs(owner))
          for (const { state, counts } of await owner.gaps()) {
            assert.equal(state, 'closed')
            assert.equal(counts[0], counts[1])
            recovered += counts[2] ?? 0
          }
        } finally {
          await owner.close()
        }
      }),
      { numRuns: 8 },
    )

    assert.ok(recovered > 0, 'nothing was lost in any of them')
  })
})

const disable = async ({ visitor }: LiveOwner): Promise<void> => {
  for (const { uuid } of await visitor.hooks())
    await visitor.control(`/calendly/hooks/${uuid}/disable`, {})
}

/** The ways in which deliveries are lost here. */
const LOSE = {
  disabled: disable,
  deleted: async ({ visitor }: LiveOwner) => {
    const { access_token: token } = await visitor.connect()
    for (const { uri } of await visitor.hooks()) await visitor.send('DELETE', uri, { token })
  },
  revoked: async ({ visitor }: LiveOwner) => {
    await visitor.fault({ kind: 'app-revoked', user: 'rita@acme.test' })
    await visitor.fault({ kind: 'lose' })
  },
  refused: async (owner: LiveOwner) => {
    await disable(owner)
    await owner.visitor.fault({ kind: 'plan-refused' })
  },
}

/** Does one deed after another; answers everybody who still has a booking. */
async function play(
  { visitor }: LiveOwner,
  list: readonly Deed[],
  people: readonly string[],
): Promise<string[]> {
  const active = [...people]
  for (const { what, whom } of list) {
    const at = whom % Math.max(active.length, 1)
    const id = active[at]
    const act = (how: string, more: object = {}) =>
      visitor.control(`/calendly/bookings/${id}/${how}`, more)
    if (what === 'book' || id === undefined) {
      const email = `${crypto.randomUUID()}@prospect.test`
      active.push(idOf(await visitor.book({ invitee: { email, name: 'Pat' } })))
    } else if (what === 'cancel') {
      await act('cancel')
      active.splice(at, 1)
    } else if (what === 'move') {
      const moved = await act('reschedule', { start_time: '2027-02-01T10:00:00Z' })
      active.splice(at, 1, idOf(moved))
    } else await act('no-show', { set: what === 'mark' })
  }
  return active
}

const idOf = ({ body }: { body: { invitee: { uri: string } } }): string =>
  body.invitee.uri.split('/').at(-1) ?? ''

/** Everything that was sent has been answered, and what it asks for is done. */
async function heardAll(owner: LiveOwner): Promise<void> {
  await owner.visitor.eventually(
    () => owner.visitor.hooks(),
    (hooks) => hooks.every(({ pending }) => pending === 0),
  )
  await owner.delivered(0)
}

async function theirs({ visitor }: LiveOwner): Promise<Person[]> {
  const { bookings } = await visitor.ledger()
  return bookings
    .filter(({ new_invitee }) => new_invitee === null)
    .map(({ invitee, status, no_show, start_time }) => ({
      invitee,
      status,
      no_show,
      start: new Date(start_time).toISOString(),
    }))
    .toSorted(byInvitee)
}

async function ours({ query }: LiveOwner): Promise<Person[]> {
  const rows = await query(`select i.invitee_uri as invitee, i.status, i.no_show, m.start_at
    from meeting m join meeting_invitee i on i.organization_id = m.organization_id
      and i.meeting_id = m.id and i.shown
    where m.organization_id = $1 and m.merged_into is null`)
  return rows
    .map(({ invitee, status, no_show, start_at }) => ({
      invitee: String(invitee),
      status: String(status),
      no_show: no_show === true,
      start: (start_at as Date).toISOString(),
    }))
    .toSorted(byInvitee)
}

const byInvitee = (a: Person, b: Person): number => (a.invitee < b.invitee ? -1 : 1)
