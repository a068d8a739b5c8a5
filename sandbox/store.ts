import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface Table<Row> {
  get: (id: string) => Row | undefined
  /** Keeps the row; call it again after every change. */
  put: (row: Row) => void
  remove: (id: string) => void
  all: () => Row[]
  /** Rows whose index holds the value; indexed fields must never change. */
  by: (index: string, value: string) => Row[]
}

export interface Store {
  table: <Row>(name: string, shape: TableShape<Row>) => Table<Row>
  /** Writes what changed and waits for it. */
  flush: () => Promise<void>
}

export interface TableShape<Row> {
  id: (row: Row) => string
  indexes?: Record<string, (row: Row) => readonly string[]>
}

/** Long enough to join the writes of a burst, short enough to lose nothing a test waits for. */
const FLUSH_MILLISECONDS = 25

/** Opens the tables of a folder, or tables in memory only when there is none. */
export function openStore(home: string | undefined): Store {
  const file = home === undefined ? undefined : join(home, 'state.jsonl')
  const loaded = file === undefined ? new Map<string, Map<string, unknown>>() : load(file)
  if (file !== undefined) compact(file, loaded)
  const dirty = new Map<string, () => string | undefined>()
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()

  function touch(key: string, line: () => string | undefined) {
    if (file === undefined) return
    dirty.set(key, line)
    timer ??= setTimeout(() => void flush(), FLUSH_MILLISECONDS)
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const lines = [...dirty.values()].map((line) => line()).filter((line) => line !== undefined)
    dirty.clear()
    if (file !== undefined && lines.length > 0) {
      writing = writing.then(() => appendFile(file, `${lines.join('\n')}\n`))
    }
    return writing
  }

  return {
    flush,
    table: <Row>(name: string, shape: TableShape<Row>) => {
      const known = (loaded.get(name) ?? new Map()) as Map<string, Row>
      return openTable({ name, shape, known, touch })
    },
  }
}

function openTable<Row>(input: {
  name: string
  shape: TableShape<Row>
  known: Map<string, Row>
  touch: (key: string, line: () => string | undefined) => void
}): Table<Row> {
  const { name, shape, touch } = input
  const rows = new Map<string, Row>()
  const written = new Set(input.known.keys())
  const indexes = new Map(
    Object.entries(shape.indexes ?? {}).map(([index, values]) => [
      index,
      { values, sets: new Map<string, Set<string>>() },
    ]),
  )

  function insert(id: string, row: Row) {
    if (!rows.has(id)) {
      for (const { values, sets } of indexes.values()) {
        for (const value of values(row)) {
          const ids = sets.get(value) ?? new Set()
          sets.set(value, ids.add(id))
        }
      }
    }
    rows.set(id, row)
  }

  for (const [id, row] of input.known) insert(id, row)

  return {
    get: (id) => rows.get(id),
    all: () => [...rows.values()],
    by: (index, value) =>
      [...(indexes.get(index)?.sets.get(value) ?? [])].map((id) => rows.get(id) as Row),
    put(row) {
      const id = shape.id(row)
      insert(id, row)
      touch(`${name}/${id}`, () => {
        written.add(id)
        return JSON.stringify({ table: name, id, row })
      })
    },
    remove(id) {
      const row = rows.get(id)
      if (row === undefined) return
      rows.delete(id)
      for (const { values, sets } of indexes.values()) {
        for (const value of values(row)) sets.get(value)?.delete(id)
      }
      // What came and went between two writes leaves no line at all.
      touch(`${name}/${id}`, () =>
        written.delete(id) ? JSON.stringify({ table: name, id, row: null }) : undefined,
      )
    },
  }
}

function load(file: string): Map<string, Map<string, unknown>> {
  const tables = new Map<string, Map<string, unknown>>()
  if (!existsSync(file)) return tables
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const entry = parseLine(line)
    if (entry === undefined) continue
    const rows = tables.get(entry.table) ?? new Map<string, unknown>()
    tables.set(entry.table, rows)
    if (entry.row === null) rows.delete(entry.id)
    if (entry.row !== null) rows.set(entry.id, entry.row)
  }
  return tables
}

function compact(file: string, tables: Map<string, Map<string, unknown>>): void {
  mkdirSync(join(file, '..'), { recursive: true })
  const lines = [...tables].flatMap(([table, rows]) =>
    [...rows].map(([id, row]) => `${JSON.stringify({ table, id, row })}\n`),
  )
  writeFileSync(`${file}.new`, lines.join(''))
  renameSync(`${file}.new`, file)
}

function parseLine(line: string): { table: string; id: string; row: unknown } | undefined {
  if (line === '') return undefined
  try {
    return JSON.parse(line) as { table: string; id: string; row: unknown }
  } catch {
    // A kill in the middle of a write leaves half a line at the end.
    return undefined
  }
}
