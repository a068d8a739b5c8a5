import assert from 'node:assert/strict'
import type { Answer, Tokens, Visitor } from '../visitor.ts'
import { visit } from '../visitor.ts'

const PUBLIC = 'https://hooks.test/calendly/group'

describe('calendly sandbox: groups', () => {
  let visitor: Visitor
  let rita: Tokens
  let omar: Tokens
  let group: string

  beforeEach(async () => {
    visitor = await visit()
    await visitor.control('/calendly/users', {
      email: 'nora@acme.test',
      name: 'Nora Host',
      organization: 'Acme',
    })
    rita = await visitor.connect('rita@acme.test')
    omar = await visitor.connect('omar@acme.test')
    const members = ['omar@acme.test']
    group = (await order({ organization: 'Acme', name: 'Sales', members })).body.uri
  })

  afterEach(() => visitor.sandbox.close())

  const order = (json: unknown) => visitor.control('/calendly/groups', json)
  const change = (json: unknown) =>
    visitor.send('PATCH', `/control/calendly/groups/${group.split('/').at(-1)}`, { json })
  const hook = (tokens: Tokens, more: Record<string, unknown> = {}) =>
    visitor.subscribe(tokens, { url: PUBLIC, scope: 'group', group, ...more })
  const list = (tokens: Tokens, query: Record<string, string>) => {
    const search = new URLSearchParams({ organization: tokens.organization, ...query })
    return visitor.get(`/webhook_subscriptions?${search.toString()}`, tokens.access_token)
  }

  it('lets an owner, an organization admin and an admin of the group hook a group', async () => {
    await visitor.fault({ kind: 'role', user: 'nora@acme.test', role: 'admin' })
    const nora = await visitor.connect('nora@acme.test')
    await change({ admins: ['omar@acme.test'] })
    const byOwner = await hook(rita)
    const byAdmin = await hook(nora, { url: `${PUBLIC}/2` })
    const byGroupAdmin = await hook(omar, { url: `${PUBLIC}/3` })

    assert.deepEqual([byOwner.status, byAdmin.status, byGroupAdmin.status], [201, 201, 201])
    const { scope, user, group: shown } = byOwner.body.resource
    assert.deepEqual([scope, user, shown], ['group', null, group])
  })

  it('refuses a group hook to members, to strangers, and for a group that is not there', async () => {
    const lena = await visitor.connect('lena@solo.test')
    const solo = { organization: lena.organization, name: 'Solo', members: ['lena@solo.test'] }
    const foreign = (await order(solo)).body.uri
    const missing = await hook(rita, { group: undefined })
    const denied = 'You do not have permission to access this resource.'

    assert.deepEqual(missing.body.details, [{ parameter: 'group', message: 'is missing' }])
    assert.deepEqual(said(await hook(omar)), [403, 'You do not have permission'])
    assert.deepEqual(said(await hook(rita, { group: foreign })), [403, denied])
    assert.deepEqual(said(await hook(lena, { organization: rita.organization })), [403, denied])
    assert.equal((await hook(rita, { group: `${group}0` })).status, 404)
  })

  it('lists, shows and deletes the hooks of a group to its admins alone', async () => {
    const made = (await hook(rita)).body.resource
    await visitor.subscribe(rita, { url: `${PUBLIC}/own` })
    const path = new URL(made.uri).pathname
    const listed = await list(rita, { scope: 'group', group })
    const unnamed = await list(rita, { scope: 'group' })
    const asMember = await list(omar, { scope: 'group', group })
    const unseen = await visitor.send('GET', path, { token: omar.access_token })
    await change({ admins: ['omar@acme.test'] })
    const gone = await visitor.send('DELETE', path, { token: omar.access_token })

    assert.deepEqual(listed.body.collection, [made])
    assert.deepEqual(unnamed.body.details, [{ parameter: 'group', message: 'is missing' }])
    assert.deepEqual([asMember.status, unseen.status, gone.status], [403, 403, 204])
  })

  it('lists the events of the members of a group to its admins', async () => {
    await visitor.book()
    const wanted = (await visitor.book({ user: 'omar@acme.test' })).body.scheduled_event.uri
    const search = new URLSearchParams({ group, organization: rita.organization })
    const path = `/scheduled_events?${search.toString()}`
    const listed = await visitor.get(path, rita.access_token)
    const refused = await visitor.get(path, omar.access_token)

    const uris = listed.body.collection.map(({ uri }: { uri: string }) => uri)
    assert.deepEqual(uris, [wanted])
    assert.equal(refused.status, 403)
  })

  it('makes groups of users of the organization only, and wants every field by its name', async () => {
    const good = { organization: 'Acme', name: 'Sales', members: ['rita@acme.test'] }
    const wrong = [
      { ...good, colour: 'red' },
      { organization: 'Acme', name: 'Sales' },
      { ...good, members: 'rita@acme.test' },
      { ...good, members: ['lena@solo.test'] },
      { ...good, admins: ['omar@acme.test'] },
    ]
    const answers = await Promise.all(wrong.map(order))

    assert.deepEqual(
      answers.map(({ status, body }) => [status, body.error]),
      [
        [400, 'colour is unknown'],
        [400, 'members is missing'],
        [400, 'members must be texts'],
        [400, 'members must be users of the organization'],
        [400, 'admins must be members'],
      ],
    )
    assert.equal((await order({ ...good, organization: 'Nowhere' })).status, 404)
    const { groups } = (await visitor.send('GET', '/control/calendly/groups')).body
    assert.deepEqual(
      groups.map(({ uri }: { uri: string }) => uri),
      [group],
    )
  })
})

function said({ status, body }: Answer) {
  return [status, body.message]
}
