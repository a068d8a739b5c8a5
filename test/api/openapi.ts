/** A JSON Schema as the document holds it. */
export type Schema = Readonly<Record<string, unknown>>

/** One operation of the document. */
export interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly schema?: Schema }[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>

/** What `/openapi.json` answers, as far as the contract is about it. */
export interface OpenApi {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

/** The operations of the document by `METHOD /path/{id}`. */
export const operationsOf = ({ paths }: OpenApi): Map<string, Operation> =>
  new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [
        `${method.toUpperCase()} ${path}`,
        operation,
      ]),
    ),
  )

/** Where a part of an operation's contract is left open: no schema, no type, no closed shape. */
export function loosenessOf(route: string, operation: Operation): string[] {
  const { parameters = [], requestBody, responses } = operation
  const contents: [string, Content | undefined][] = [
    [`${route} body`, requestBody?.content],
    ...Object.entries(responses).map(([status, { content }]): [string, Content | undefined] => [
      `${route} ${status}`,
      content,
    ]),
  ]
  return [
    ...parameters.flatMap(({ name, schema }) => loosely(schema, `${route} ?${name}`)),
    ...contents.flatMap(([at, content]) => {
      // 204 is the answer without a body; any other is described.
      if (content === undefined) return /(204|body)$/.test(at) ? [] : [`${at}: no content`]
      return Object.values(content).flatMap(({ schema }) => loosely(schema, at))
    }),
  ]
}

function loosely(schema: Schema | undefined, at: string): string[] {
  if (schema === undefined) return [`${at}: no schema`]
  const choices = ['anyOf', 'oneOf', 'allOf'].flatMap((key) => listOf(schema[key]))
  if (choices.length > 0) return choices.flatMap((choice) => loosely(choice, at))
  const { type, properties, items, additionalProperties } = schema
  if (typeof type !== 'string') return [`${at}: no type`]
  if (type === 'array') return loosely(items as Schema | undefined, `${at}[]`)
  if (type !== 'object') return []
  const isClosed =
    properties !== undefined && (hasKeys(properties) || additionalProperties === false)
  if (!isClosed || isOpen(additionalProperties)) return [`${at}: free-form object`]
  return Object.entries(properties as Record<string, Schema>).flatMap(([name, property]) =>
    loosely(property, `${at}.${name}`),
  )
}

const listOf = (value: unknown): Schema[] => (Array.isArray(value) ? (value as Schema[]) : [])
const hasKeys = (value: unknown): boolean => Object.keys(value as object).length > 0
const isOpen = (value: unknown): boolean => value === true || typeof value === 'object'

/** What an operation promises to answer with this status. */
export function answerSchema({ responses }: Operation, status: number): Schema | undefined {
  const answer = responses[String(status)] ?? responses[`${String(status)[0]}XX`]
  return Object.values(answer?.content ?? {})[0]?.schema
}
