import { isRecord } from '../json.ts'
import type { Violation } from './problems.ts'
import { invalid } from './problems.ts'

export interface Window {
  take: number
  skip: number
}

/** How much of a list is wanted, from `take` and `skip`. */
export function readWindow(query: unknown, bounds: { usual: number; most: number }): Window {
  const given = isRecord(query) ? query : {}
  const take = readNumber(given['take'], bounds.usual)
  const skip = readNumber(given['skip'], 0)
  const violations: Violation[] = []
  const say = (property: string, constraint: string, message: string) =>
    violations.push({ property, constraints: { [constraint]: `${property} ${message}` } })
  if (Number.isNaN(take)) say('take', 'isNumber', 'must be a number')
  if (take > bounds.most) say('take', 'max', `must not be greater than ${bounds.most}`)
  if (take < 1) say('take', 'min', 'must not be less than 1')
  if (Number.isNaN(skip)) say('skip', 'isNumber', 'must be a number')
  if (skip < 0) say('skip', 'min', 'must not be less than 0')
  if (violations.length > 0) throw invalid(violations)
  return { take, skip }
}

/** Where a page stands in the whole. */
export function paginationOf(total: number, { take, skip }: Window) {
  const returnedItems = Math.max(0, Math.min(take, total - skip))
  return {
    totalItems: total,
    remainingItems: Math.max(0, total - skip - returnedItems),
    returnedItems,
    itemsPerPage: take,
    currentPage: Math.floor(skip / take) + 1,
    totalPages: Math.ceil(total / take),
    hasNextPage: skip + returnedItems < total,
    hasPreviousPage: skip > 0,
  }
}

function readNumber(given: unknown, usual: number): number {
  if (given === undefined || given === '') return usual
  return Number(given)
}
