import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Receiver } from '../receiver.ts'
import { startReceiver } from '../receiver.ts'
import type { Tokens, Visitor } from '../visitor.ts'
import { visit } from '../visitor.ts'

describe('calendly sandbox: deliveries to a group', () => {
  let visitor: Visitor
  let receiver: Receiver
  let rita: Tokens
  let path: string

  beforeEach(async () => {
    visitor = await visit()
    receiver = await startReceiver()
    const nora = { email: 'nora@acme.test', name: 'Nora Host', organization: 'Acme' }
    await visitor.control('/calendly/users', nora)
    rita = await visitor.connect('rita@acme.test')
    const order = { organization: 'Acme', name: 'Sales', members: ['omar@acme.test'] }
    const group = (await visitor.control('/calendly/groups', order)).body.uri
    path = `/control/calendly/groups/${group.split('/').at(-1)}`
    await visitor.subscribe(rita, { url: receiver.url, scope: 'group', group })
  })

  afterEach(async () => {
    await visitor.sandbox.close()
    await receiver.close()
  })

  const change = (json: unknown) => visitor.send('PATCH', path, { json })
  const book = (user: string, email: string, hosts: string[] = []) =>
    visitor.book({ user, hosts, invitee: { email, name: 'Pat' } })

  it('tells a group hook of the bookings of its members, in the name of its creator', async () => {
    await book('rita@acme.test', 'not@x.test')
    await book('omar@acme.test', 'member@x.test')
    await receiver.until(1)
    await book('nora@acme.test', 'collective@x.test', ['omar@acme.test'])
    await receiver.until(2)
    await change({ members: ['rita@acme.test'] })
    await book('omar@acme.test', 'left@x.test')
    await book('rita@acme.test', 'joined@x.test')
    const received = await receiver.until(3)

    const heard = ['member@x.test', 'collective@x.test', 'joined@x.test']
    assert.deepEqual(heardOf(received), heard)
    assert.ok(received.every(({ envelope }) => envelope.created_by === rita.owner))
  })

  it('is silent about a member who left the organization, and after the group is gone', async () => {
    await visitor.fault({ kind: 'user-removed', user: 'omar@acme.test' })
    await book('omar@acme.test', 'gone@x.test')
    await change({ members: ['rita@acme.test'] })
    await book('rita@acme.test', 'there@x.test')
    const heard = heardOf(await receiver.until(1))
    await visitor.send('DELETE', path)
    await book('rita@acme.test', 'after@x.test')

    assert.deepEqual(heard, ['there@x.test'])
    assert.equal((await visitor.ledger()).deliveries.length, 1)
    assert.equal((await visitor.hooks())[0].pending, 0)
  })

  it('knows groups and event types again after a restart', async () => {
    const home = await mkdtemp(join(tmpdir(), 'sandbox-'))
    const before = await visit({ home })
    const order = { organization: 'Acme', name: 'Sales', members: ['omar@acme.test'] }
    const { body: group } = await before.control('/calendly/groups', order)
    const traits = { user: 'omar@acme.test', name: 'Demo' }
    const { body: made } = await before.control('/calendly/event-types', traits)
    const url = `${receiver.url}/again`
    const tokens = await before.connect('rita@acme.test', 'webhooks:write event_types:read')
    const events = ['event_type.deleted']
    await before.subscribe(tokens, { url, scope: 'group', group: group.uri, events })
    await before.sandbox.close()

    const after = await visit({ home, port: before.sandbox.port })
    await after.send('DELETE', `/control/calendly/event-types/${made.uri.split('/').at(-1)}`)
    const [told] = await receiver.until(1)

    assert.deepEqual([told?.path, told?.envelope.payload.uri], ['/hook/again', made.uri])
    await after.sandbox.close()
    await rm(home, { recursive: true })
  })
})

function heardOf(received: Receiver['received']) {
  return received.map(({ envelope }) => envelope.payload.email)
}
