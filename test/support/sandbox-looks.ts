import type { IntegrationRow } from '../../activities/deps.ts'
import type { World } from '../db/world.ts'
import type { Visitor } from '../sandbox/visitor.ts'

/** The tokens of one person, as the sandbox knows them. */
export interface TokenLook {
  readonly email: string
  readonly live_access: number
  readonly live_refresh: number
  readonly presented_again: number
  readonly token_calls: number
}

/** What became of every token of a person. */
export async function tokensOf(visitor: Visitor, email = 'rita@acme.test'): Promise<TokenLook> {
  const { body } = await visitor.send('GET', '/control/calendly/tokens')
  const found = (body.users as TokenLook[]).find((user) => user.email === email)
  if (found === undefined) throw new Error(`${email} is nobody at the sandbox`)
  return found
}

/** How often the token endpoint was called for a person. */
export const tokenCalls = async (visitor: Visitor, email?: string): Promise<number> =>
  (await tokensOf(visitor, email)).token_calls

/** The generations of tokens that are of use to us, newest first, as `2 current`. */
export async function credentialsOf(
  { owner }: World,
  { organizationId, integrationId }: IntegrationRow,
): Promise<string[]> {
  const { rows } = await owner.query<{ generation: number; role: string }>(
    `select generation, role from credential where organization_id = $1 and integration_id = $2
       and role <> 'superseded'
     order by generation desc`,
    [organizationId, integrationId],
  )
  return rows.map(({ generation, role }) => `${generation} ${role}`)
}

/** The generations of our hook our rows hold, newest first, as `2 live`. */
export async function generationsOf(
  { owner }: World,
  { organizationId, integrationId }: IntegrationRow,
): Promise<string[]> {
  const { rows } = await owner.query<{ generation: number; state: string }>(
    `select generation, state from subscription where organization_id = $1 and integration_id = $2
     order by generation desc`,
    [organizationId, integrationId],
  )
  return rows.map(({ generation, state }) => `${generation} ${state}`)
}

/** The row of the integration that the organization of this stage has. */
export const integrationOf = async (world: World, organizationId: string) =>
  (
    await world.owner.query('select * from integration where organization_id = $1', [
      organizationId,
    ])
  ).rows[0]
