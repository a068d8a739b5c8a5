import assert from 'node:assert/strict'
import { readPage } from '../../activities/sync-pages.ts'
import type { Reach } from '../../activities/reach.ts'
import { anInvitee, aSlot } from '../support/booking-stories.ts'

const SLOTS = 9
const uris = Array.from({ length: SLOTS }, (_, n) => `s${n}`)

/** A provider that shows one page of slots with one person in each. */
function reachOf(): Reach {
  const rate = null
  const provider = {
    listBookings: async () => ({
      items: uris.map((uri) => ({ slot: aSlot({ uri }), invitees: null, sessions: [] })),
      nextPage: 'more',
      unreadable: [],
      rate,
    }),
    listInvitees: async (_: unknown, { slotUri }: { slotUri: string }) => ({
      items: [anInvitee({ uri: `i ${slotUri}`, slotUri })],
      nextPage: null,
      unreadable: [],
      rate,
    }),
  }
  return { provider, access: {}, account: {}, scope: 'user' } as unknown as Reach
}

describe('readPage', () => {
  const place = { phase: 'active', pageToken: null, from: 0, to: 1 } as const

  it('reads a page in one go where the provider is quick', async () => {
    const page = await readPage(reachOf(), place)

    assert.deepEqual([page.seen.length, page.nextSkip, page.nextPage], [SLOTS, null, 'more'])
  })

  it('reads a page of a slow provider in portions: each slot once, and always one at least', async () => {
    const seen: string[] = []
    let skip: number | null = 0
    while (skip !== null) {
      const page = await readPage(reachOf(), { ...place, skip }, 0)
      seen.push(...page.seen.map(({ slot }) => slot.uri))
      assert.ok(page.nextSkip === null || page.nextSkip > skip)
      skip = page.nextSkip
    }

    assert.deepEqual(seen, uris)
  })
})
