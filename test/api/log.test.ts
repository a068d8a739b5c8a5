import assert from 'node:assert/strict'
import { createLog } from '../../api/log.ts'

const SECRET = 'rv-canary-4711'

/** What the log writes of these facts. */
function written(facts: object): string {
  const lines: string[] = []
  createLog('info', { write: (line) => void lines.push(line) }).info(facts, 'something happened')
  return lines.join('')
}

describe('the log of the api', () => {
  it('hides what is logged under a secret’s name', () => {
    for (const name of ['token', 'code', 'state', 'ticket', 'cookie', 'authorization', 'body']) {
      const line = written({ [name]: SECRET, within: { [name]: SECRET } })

      assert.match(line, /something happened/)
      assert.ok(!line.includes(SECRET), `${name} is written`)
    }
  })

  it('writes neither a request nor an answer', () => {
    const line = written({ req: { url: `/?code=${SECRET}` }, res: { body: SECRET } })

    assert.ok(!line.includes(SECRET))
  })

  it('leaves out the words of PostgreSQL, which quote values', () => {
    const error = Object.assign(new Error(`Key (email)=(${SECRET}) exists`), {
      severity: 'ERROR',
      code: '23505',
      table: 'client',
    })

    const line = written({ err: new Error('a client could not be made', { cause: error }) })

    assert.ok(!line.includes(SECRET))
    assert.match(line, /a client could not be made.*23505.*client/)
  })
})
