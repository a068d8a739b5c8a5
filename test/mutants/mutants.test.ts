import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../../dev/repository-files.ts'
import { MUTANTS, NO_OPS } from '../../mutants/catalog.ts'
import { type Mutant, mutated } from '../../mutants/mutant.ts'
import { createProof, NotGreen, type Proof } from '../../mutants/prove.ts'
import { verdictOf } from '../../mutants/verdict.ts'
import { openWorkshop, type Workshop } from '../../mutants/workshop.ts'

const textOf = ({ file }: Mutant): string => readFileSync(join(ROOT, file), 'utf8')

/** The quickest of each sort; `npm run mutants` tries them all. */
const SHORT = new Set([
  'signs the text instead of the bytes',
  'counts each date of a series from the one before',
  'keeps a hook that the provider has disabled',
])

describe('mutants', function mutantsSuite() {
  // The compiler reads the whole tree twice, on a machine that may be busy.
  this.timeout(240_000)

  it('are at least twenty, each with a name of its own, and two that change nothing', () => {
    assert.ok(MUTANTS.length >= 20)
    assert.ok(NO_OPS.length >= 2)
    assert.equal(new Set(MUTANTS.map(({ name }) => name)).size, MUTANTS.length)
  })

  for (const mutant of [...MUTANTS, ...NO_OPS])
    it(`still have a place: ${mutant.name}`, () => {
      assert.notEqual(mutated(textOf(mutant), mutant), textOf(mutant))
    })

  it('are refused where their text is gone, or stands twice', () => {
    const [mutant] = MUTANTS
    assert.ok(mutant)

    assert.throws(() => mutated('', mutant), /stands 0 times/)
    assert.throws(() => mutated(mutant.from.repeat(2), mutant), /stands 2 times/)
    assert.throws(() => mutated(mutant.from, { ...mutant, to: mutant.from }), /changes nothing/)
  })

  describe('are judged by how their test ends', () => {
    const test = { file: 'a.test.ts', title: 'is right' }
    const failed = (err: object, title = test.title) => ({
      passes: [],
      failures: [{ title, err }],
    })
    const assertion = { code: 'ERR_ASSERTION', message: '1 !== 2\nmore' }

    for (const [what, report, is] of [
      ['caught by an assertion', failed(assertion), 'caught'],
      ['caught by an assertion that a property wraps', failed({ cause: assertion }), 'caught'],
      ['survived where it is green', { ...failed({}, 'other'), passes: [test] }, 'survived'],
      ['void after a crash', failed({ message: 'x is not a function' }), 'void'],
      ['void after a time-out', failed({ code: 'ERR_MOCHA_TIMEOUT' }), 'void'],
      ['void after an assertion elsewhere', failed(assertion, '"before each" hook'), 'void'],
      ['void where there is no such test', { passes: [], failures: [] }, 'void'],
      ['void where nothing was reported', undefined, 'void'],
    ] as const)
      it(what, () => {
        assert.equal(verdictOf(test, report).is, is)
      })
  })

  describe('in a copy of the tree', () => {
    const [noOp] = NO_OPS
    assert.ok(noOp)
    const chosen = MUTANTS.filter(({ name }) => SHORT.has(name))
    const { signal } = new AbortController()
    let workshop: Workshop
    let proof: Proof
    before(async () => {
      workshop = openWorkshop()
      proof = createProof(workshop, [...chosen, noOp], signal)
      await proof.checkTypes()
    })
    after(() => workshop.close())

    it('need a tree in which the tests they name are green', async () => {
      const selection = { file: noOp.test.file, titles: [noOp.test.title] }
      const more = { ...selection, titles: [noOp.test.title, 'is not there'] }

      await proof.proveGreen(selection)

      await assert.rejects(proof.proveGreen(more), NotGreen)
    })

    for (const mutant of chosen)
      it(`are caught: ${mutant.name}`, async () => {
        const { is, why } = await proof.judge(mutant)

        assert.equal(is, 'caught', why)
      })

    it('are missed where they change nothing', async () => {
      const { is } = await proof.judge(noOp)

      assert.equal(is, 'survived')
    })

    it('are void where they do not type-check', async () => {
      const broken = { ...noOp, to: 'age > "180"' }
      const own = createProof(workshop, [broken], signal)

      await own.checkTypes()
      const { is, why } = await own.judge(broken)

      assert.equal(is, 'void')
      assert.match(why, /does not type-check: .*signature\.ts/)
    })

    it('leave the copy as it was', async () => {
      await proof.judge(noOp)

      const left = readFileSync(join(workshop.root, noOp.file), 'utf8')
      assert.equal(left, textOf(noOp))
    })
  })
})
