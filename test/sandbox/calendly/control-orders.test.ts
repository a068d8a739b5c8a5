import assert from 'node:assert/strict'
import type { Visitor } from '../visitor.ts'
import { visit } from '../visitor.ts'

describe('calendly sandbox: orders of control', () => {
  let visitor: Visitor

  before(async () => void (visitor = await visit()))
  after(() => visitor.sandbox.close())

  const say = async (path: string, json: unknown) => {
    const { status, body } = await visitor.control(`/calendly/${path}`, json)
    return [status, body.error]
  }

  it('refuses users and tokens that lack a field or have a strange one', async () => {
    const user = { email: 'new@acme.test', name: 'New' }

    assert.deepEqual(await say('users', { email: user.email }), [400, 'name is missing'])
    assert.deepEqual(await say('users', { ...user, colour: 'red' }), [400, 'colour is unknown'])
    const roles = [400, 'role must be owner or admin or user']
    assert.deepEqual(await say('users', { ...user, role: 'boss' }), roles)
    assert.deepEqual(await say('tokens', {}), [400, 'user is missing'])
    assert.deepEqual(await say('tokens', { user: 'nobody@x.test' }), [404, 'no such user'])
  })

  it('refuses to cancel, move or mark in a way it does not know', async () => {
    const { invitee } = (await visitor.book()).body
    const path = `bookings/${invitee.uri.split('/').at(-1)}`

    const actors = [400, 'by must be host or invitee']
    assert.deepEqual(await say(`${path}/cancel`, { by: 'nobody' }), actors)
    assert.deepEqual(await say(`${path}/cancel`, { why: 'ill' }), [400, 'why is unknown'])
    assert.deepEqual(await say(`${path}/reschedule`, { start: 'x' }), [400, 'start is unknown'])
    const order = [400, 'order must be canceled-first or created-first']
    assert.deepEqual(await say(`${path}/reschedule`, { order: 'any' }), order)
    assert.deepEqual(await say(`${path}/no-show`, { set: 'no' }), [
      400,
      'set must be true or false',
    ])
    const [{ status, no_show }] = (await visitor.ledger()).bookings
    assert.deepEqual([status, no_show], ['active', false])
  })
})
