import assert from 'node:assert/strict'
import { createCommitTogether, NotCommitted } from '../../../api/ingress/commit-together.ts'

const LIMITS = { perCommit: 3, atOnce: 2, worthAnother: 2, waiting: 8, patienceMs: 100 }

/** Commits that end when the test says so. */
function heldCommits(limits = LIMITS) {
  const batches: { items: readonly string[]; end: () => void; fail: () => void }[] = []
  const together = createCommitTogether<string, string>(
    (items) =>
      new Promise((resolve, reject) => {
        const end = (): void => resolve(items.map((item) => `${item}!`))
        batches.push({ items, end, fail: () => reject(new Error('no')) })
      }),
    limits,
  )
  return { batches, together }
}

describe('commit together', () => {
  it('commits a lone item at once, alone', async () => {
    const { batches, together } = heldCommits()

    const answer = together.add('a')
    batches[0]?.end()

    assert.equal(await answer, 'a!')
    together.close()
  })

  it('collects while two commits are in flight, and gives each item its own answer', async () => {
    const { batches, together } = heldCommits()
    const answers = ['a', 'b', 'c', 'd', 'e', 'f'].map((item) => together.add(item))
    assert.deepEqual(
      batches.map(({ items }) => items),
      [['a'], ['b', 'c']],
    )

    batches[0]?.end()
    await answers[0]
    await new Promise(setImmediate)
    batches[1]?.end()
    await answers[1]
    await new Promise(setImmediate)
    batches[2]?.end()

    assert.deepEqual(await Promise.all(answers), ['a!', 'b!', 'c!', 'd!', 'e!', 'f!'])
    assert.deepEqual(
      batches.slice(2).map(({ items }) => items),
      [['d', 'e', 'f']],
    )
    together.close()
  })

  it('lets a few wait for the commit in flight instead of sending another', async () => {
    const { batches, together } = heldCommits()
    const first = together.add('a')
    const second = together.add('b')
    assert.equal(batches.length, 1)

    batches[0]?.end()
    await first
    await new Promise(setImmediate)
    batches[1]?.end()

    assert.equal(await second, 'b!')
    assert.deepEqual(batches[1]?.items, ['b'])
    together.close()
  })

  it('sends the few that wait behind a slow commit beside it', async () => {
    const { batches, together } = heldCommits({ ...LIMITS, patienceMs: 10_000 })
    const slow = together.add('a')
    const behind = together.add('b')

    while (batches.length < 2) await new Promise((resolve) => setTimeout(resolve, 10))
    batches[1]?.end()

    assert.equal(await behind, 'b!')
    batches[0]?.end()
    await slow
    together.close()
  })

  it('refuses every item of a commit that failed, and goes on', async () => {
    const { batches, together } = heldCommits()
    const failing = together.add('a')
    batches[0]?.fail()
    await assert.rejects(failing, NotCommitted)

    const next = together.add('b')
    batches[1]?.end()

    assert.equal(await next, 'b!')
    together.close()
  })

  it('refuses at once when too many wait', async () => {
    const { together } = heldCommits()
    const waiting = Array.from({ length: 11 }, (_, index) => together.add(String(index)))
    const all = Promise.allSettled(waiting)

    await assert.rejects(together.add('one more'), /too many/)

    await all
    together.close()
  })

  it('refuses an item whose commit takes too long', async () => {
    const { together } = heldCommits()

    await assert.rejects(together.add('a'), /too long/)

    together.close()
  })
})
