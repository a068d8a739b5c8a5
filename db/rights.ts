// What migrations repeat for each table and function. They have run with these very texts: a new
// rule gets a function of its own here, an old one is never changed.

const OF_TENANT = `organization_id = nullif(current_setting('app.organization', true), '')::uuid`

/** Row security that binds even the owner; without a policy beside it, nobody sees a row. */
export const forceRowSecurity = (...tables: string[]): string =>
  tables
    .map(
      (table) => `alter table ${table} enable row level security;
  alter table ${table} force row level security;`,
    )
    .join('\n  ')

/** Row security that shows the app the rows of the transaction's organization and no others. */
export const boundToTenant = (...tables: string[]): string =>
  tables
    .map(
      (table) => `${forceRowSecurity(table)}
  create policy ${table}_of_tenant on ${table} to rendezvous_app
    using (${OF_TENANT}) with check (${OF_TENANT});`,
    )
    .join('\n  ')

/** Functions that run as the gate, and that this role alone may execute. */
export const throughGate = (
  role: 'rendezvous_app' | 'rendezvous_ingress',
  ...functions: string[]
): string => `
  grant create on schema public to rendezvous_gate;
  ${functions
    .map(
      (name) => `revoke all on function ${name} from public;
  grant execute on function ${name} to ${role};
  alter function ${name} owner to rendezvous_gate;`,
    )
    .join('\n  ')}
  revoke create on schema public from rendezvous_gate;`
