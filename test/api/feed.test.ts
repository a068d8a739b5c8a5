import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { createFeed, type Listener } from '../../api/feed.ts'
import type { Database } from '../../db/database.ts'
import type { OutboxRow } from '../../db/outbox.ts'

/** A feed over rows in memory; each read is answered when the test says so. */
function world() {
  const rows: OutboxRow[] = []
  const reads: (() => void)[] = []
  let asked = 0
  const database: Pick<Database, 'outboxSince'> = {
    outboxSince: (_, { afterSeq, limit }) => {
      asked += 1
      // As of now, however late it is answered.
      const found = rows.filter(({ seq }) => seq > afterSeq).slice(0, limit)
      return new Promise((resolve) => void reads.push(() => resolve(found)))
    },
  }
  const feed = createFeed({
    database: database as Database,
    organizationId: 'acme',
    warn: (text) => assert.fail(text),
  })
  const commit = (...seqs: number[]): OutboxRow[] => {
    const written = seqs.map((seq) => ({ seq, event: 'told', payload: {}, audience: [] }))
    rows.push(...written)
    return written
  }
  const answer = async (): Promise<void> => {
    for (const read of reads.splice(0)) read()
    await turn()
  }
  return { feed, commit, answer, asked: () => asked }
}

const listener = (): Listener & { readonly told: number[] } => {
  const told: number[] = []
  return {
    seq: 0,
    told,
    isInRoom: () => true,
    send: (_, frame) => void told.push((frame as { seq: number }).seq),
  }
}

async function joined(one: ReturnType<typeof world>) {
  const member = listener()
  const joining = one.feed.join(member)
  await one.answer()
  await joining
  // The look that every entry ends with.
  await one.answer()
  return member
}

describe('feed', () => {
  it('tells what this process has written at once, without reading it again', async () => {
    const one = world()
    const member = await joined(one)
    const before = one.asked()

    one.feed.hear(2, one.commit(1, 2))

    assert.deepEqual(member.told, [1, 2])
    assert.equal(one.asked(), before)
  })

  it('reads where another process has written before', async () => {
    const one = world()
    const member = await joined(one)
    one.commit(1)

    one.feed.hear(2, one.commit(2))
    const atOnce = [...member.told]
    await one.answer()

    assert.deepEqual(atOnce, [])
    assert.deepEqual(member.told, [1, 2])
  })

  it('tells a number once, in order, when it hears of it while it reads', async () => {
    const one = world()
    const member = await joined(one)
    one.commit(1)
    one.feed.look(1)

    one.feed.hear(2, one.commit(2))
    await one.answer()
    await one.answer()

    assert.deepEqual(member.told, [1, 2])
  })

  it('loses nothing for who joins while others are told', async () => {
    const one = world()
    await joined(one)
    const late = listener()
    const joining = one.feed.join(late)

    one.feed.hear(1, one.commit(1))
    for (let reads = 0; reads < 3; reads += 1) await one.answer()
    await joining

    assert.deepEqual(late.told, [1])
  })

  it('loses nothing for the first who joins', async () => {
    const one = world()
    const first = listener()
    const joining = one.feed.join(first)

    one.feed.hear(1, one.commit(1))
    for (let reads = 0; reads < 3; reads += 1) await one.answer()
    await joining

    assert.deepEqual(first.told, [1])
  })
})
