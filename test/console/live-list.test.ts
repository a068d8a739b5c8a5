import assert from 'node:assert/strict'
import {
  inUseFirst,
  mergeRecords,
  splitByTime,
  withoutRecord,
} from '../../console/web/live-list.ts'

describe('live list', () => {
  const older = { id: 'a', updated_at: '2026-01-01T00:00:00Z', name: 'older' }
  const newer = { id: 'a', updated_at: '2026-01-01T00:00:01Z', name: 'newer' }

  it('keeps the newer of two versions, whichever comes first', () => {
    const forth = mergeRecords(mergeRecords(new Map(), [older]), [newer])
    const back = mergeRecords(mergeRecords(new Map(), [newer]), [older])

    assert.equal(forth.get('a')?.name, 'newer')
    assert.equal(back.get('a')?.name, 'newer')
  })

  it('takes the later arrival when both are of the same instant', () => {
    const merged = mergeRecords(mergeRecords(new Map(), [older]), [{ ...older, name: 'again' }])

    assert.equal(merged.get('a')?.name, 'again')
  })

  it('takes nothing back of what was erased, and leaves the others', () => {
    const other = { ...newer, id: 'b', name: 'other' }
    const known = withoutRecord(mergeRecords(new Map(), [older, other]), 'a')

    const merged = mergeRecords(known, [newer, { ...other, name: 'again' }], new Set(['a']))

    assert.deepEqual(
      [...merged.values()].map(({ name }) => name),
      ['again'],
    )
  })

  it('shows connections in use before those that were given up', () => {
    const connections = ['disconnected', 'live', 'disconnected', 'needsReconnect'].map(
      (status) => ({
        status,
      }),
    )

    const shown = inUseFirst(connections).map(({ status }) => status)

    assert.deepEqual(shown, ['live', 'needsReconnect', 'disconnected', 'disconnected'])
  })

  it('counts a meeting that has begun among those to come until it is over', () => {
    const meeting = { start_at: '2026-01-01T10:00:00Z', end_at: '2026-01-01T11:00:00Z' }

    const during = splitByTime([meeting], Date.parse('2026-01-01T10:30:00Z'))
    const after = splitByTime([meeting], Date.parse('2026-01-01T11:00:01Z'))

    assert.deepEqual(during, { upcoming: [meeting], past: [] })
    assert.deepEqual(after, { upcoming: [], past: [meeting] })
  })
})
