/** One measured number beside its floor. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: '1/s' | 'ms' | 'MiB' | 'KiB' | '1/day'
  readonly min: number
  readonly max: number
  readonly floor: number | null
  readonly floorMin: number | null
  readonly floorMax: number | null
  /** The value by its floor; null where there is no floor, or none that counts. */
  readonly ratio: number | null
  /** Why the floor does not count. */
  readonly invalid?: string
}

/** What the rounds gave, one value each. */
export interface Rounds {
  readonly name: string
  readonly unit: Figure['unit']
  readonly product: readonly number[]
  readonly floor?: readonly number[]
  readonly invalid?: string | undefined
}

/** The figure of these rounds: medians, with the least and the greatest. */
export function figureOf({ name, unit, product, floor, invalid }: Rounds): Figure {
  const value = median(product)
  const beside = floor === undefined ? null : median(floor)
  return {
    name,
    value: rounded(value),
    unit,
    min: rounded(Math.min(...product)),
    max: rounded(Math.max(...product)),
    floor: beside === null ? null : rounded(beside),
    floorMin: floor === undefined ? null : rounded(Math.min(...floor)),
    floorMax: floor === undefined ? null : rounded(Math.max(...floor)),
    ratio: beside === null || invalid !== undefined ? null : rounded(value / beside, 100),
    ...(invalid === undefined ? {} : { invalid }),
  }
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN
  const high = sorted[Math.floor(middle)] ?? Number.NaN
  return (low + high) / 2
}

/** A figure as a line of the table. */
export function rowOf(figure: Figure): string {
  const { name, unit, floor } = figure
  const of = (value: number, low: number, high: number): string =>
    `${value} ${unit} (${low} to ${high})`
  const own = of(figure.value, figure.min, figure.max)
  const beside = floor === null ? '' : of(floor, figure.floorMin ?? floor, figure.floorMax ?? floor)
  const ratio = figure.invalid ?? (figure.ratio === null ? '' : `× ${figure.ratio}`)
  return `${name.padEnd(34)}${own.padEnd(34)}${beside.padEnd(34)}${ratio}`.trimEnd()
}

const rounded = (value: number, by = 10): number => Math.round(value * by) / by
