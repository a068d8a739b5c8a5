import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WorkflowHandle } from '@temporalio/client'
import proto from '@temporalio/proto'

const { History } = proto.temporal.api.history.v1

const FOLDER = join(import.meta.dirname, '..', 'histories')

/** Recorded anew with `RECORD_HISTORIES=1`, on purpose and only together with a changed plot. */
const isRecording = process.env['RECORD_HISTORIES'] === '1'

/** Keeps the history of a run under this name, if this run of the suites is to record. */
export async function keepHistory(name: string, handle: WorkflowHandle): Promise<void> {
  if (!isRecording) return
  mkdirSync(FOLDER, { recursive: true })
  const bytes = History.encode(await handle.fetchHistory()).finish()
  writeFileSync(join(FOLDER, `${name}.bin`), bytes)
}

/** Every recorded history with its name. */
export const recordedHistories = () =>
  readdirSync(FOLDER).map((file) => ({
    name: file.replace(/\.bin$/, ''),
    history: History.decode(readFileSync(join(FOLDER, file))),
  }))
