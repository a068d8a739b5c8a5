import type { FastifyReply } from 'fastify'
import { isRecord } from '../json.ts'

type Kind = 'text' | 'number' | 'flag' | 'texts' | 'record'
/** A kind of value, or the words it may be. */
type Rule = Kind | readonly string[]

export interface OrderRules {
  required?: Readonly<Record<string, Rule>>
  optional?: Readonly<Record<string, Rule>>
}

interface Shape {
  noun: string
  fits: (value: unknown) => boolean
}

const SHAPES: Record<Kind, Shape> = {
  text: { noun: 'a text', fits: (value) => typeof value === 'string' && value !== '' },
  number: { noun: 'a number', fits: (value) => typeof value === 'number' },
  flag: { noun: 'true or false', fits: (value) => typeof value === 'boolean' },
  texts: {
    noun: 'texts',
    fits: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  },
  record: { noun: 'an object', fits: isRecord },
}

/** The fields of an order of control; a text says what is missing, unknown or of another kind. */
export function readOrder(body: unknown, order: OrderRules): Record<string, unknown> | string {
  const { required = {}, optional = {} } = order
  const given = isRecord(body) ? body : {}
  const rules = { ...required, ...optional }
  for (const name of Object.keys(required)) {
    if (given[name] === undefined) return `${name} is missing`
  }
  for (const [name, value] of Object.entries(given)) {
    const rule = rules[name]
    if (rule === undefined) return `${name} is unknown`
    const { noun, fits } = typeof rule === 'string' ? SHAPES[rule] : oneOf(rule)
    if (!fits(value)) return `${name} must be ${noun}`
  }
  return given
}

/** Answers an order of control that cannot be followed. */
export function refuse(reply: FastifyReply, error: string, status = 400) {
  return reply.code(status).send({ error })
}

/** The id in the path of an order of control. */
export function pathId(params: unknown): string {
  return (params as { id: string }).id
}

function oneOf(words: readonly string[]): Shape {
  return {
    noun: words.join(' or '),
    fits: (value) => typeof value === 'string' && words.includes(value),
  }
}
