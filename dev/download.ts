import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './processes.ts'

/** A download that has not begun after this long counts as unreachable: building takes over. */
const BEGINS_WITHIN_MS = 10_000

/** A whole archive of a hundred megabytes on a slow line; beyond it, building is faster. */
const ENDS_WITHIN_MS = 600_000

/** An archive of a vendor, and where its checksum is published, if it is. */
export interface Archive {
  readonly url: string
  readonly checksums?: { readonly url: string; readonly fileName: string }
}

/** Promises the archive unpacked in this folder, its checksum verified where one is published. */
export async function downloadInto(folder: string, archive: Archive): Promise<void> {
  const expected = await publishedChecksum(archive)
  const bytes = await fetchBytes(archive.url)
  const actual = createHash('sha256').update(bytes).digest('hex')
  if (expected !== undefined && expected !== actual) {
    throw new Error(`${archive.url}: SHA-256 is ${actual}, published is ${expected}`)
  }
  const file = join(folder, 'archive.tar.gz')
  await writeFile(file, bytes)
  await run('tar', ['-xzf', file, '-C', folder])
}

/** This machine in the words of the vendor's file names. */
export const PLATFORM = {
  os: process.platform,
  arch: process.arch === 'x64' ? 'amd64' : process.arch,
} as const

async function publishedChecksum({ checksums }: Archive): Promise<string | undefined> {
  if (checksums === undefined) return undefined
  const lines = (await fetchBytes(checksums.url)).toString('utf8').split('\n')
  const line = lines.find((it) => it.trim().endsWith(checksums.fileName))
  if (line === undefined) throw new Error(`${checksums.url} does not name ${checksums.fileName}`)
  return line.trim().split(/\s+/)[0]
}

async function fetchBytes(url: string): Promise<Buffer> {
  const abort = new AbortController()
  const tooLate = setTimeout(() => abort.abort(), BEGINS_WITHIN_MS)
  const response = await fetch(url, {
    signal: AbortSignal.any([abort.signal, AbortSignal.timeout(ENDS_WITHIN_MS)]),
  })
  clearTimeout(tooLate)
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return Buffer.from(await response.arrayBuffer())
}
