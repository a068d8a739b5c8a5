import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** The resident memory of a process and those it started, in MiB; pages they share count once. */
export function residentMiB(pid: number): number {
  if (!existsSync('/proc/self/status')) return residentByPs(pid)
  const statuses = treeOf(pid).map((it) => statusOf(it))
  const of = (key: string): number[] => statuses.map((status) => Number(status.get(key) ?? 0))
  const own = of('RssAnon').reduce((sum, kib) => sum + kib, 0)
  return (own + Math.max(...of('RssFile')) + Math.max(...of('RssShmem'))) / 1024
}

/** Without /proc the process alone, as `ps` tells it. */
const residentByPs = (pid: number): number =>
  Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024

function treeOf(root: number): number[] {
  const parents = new Map<number, number>()
  for (const pid of readdirSync('/proc').map(Number).filter(Number.isInteger))
    parents.set(pid, Number(statusOf(pid).get('PPid') ?? 0))
  const found = [root]
  for (const parent of found) for (const [pid, its] of parents) if (its === parent) found.push(pid)
  return found
}

function statusOf(pid: number): Map<string, string> {
  try {
    const lines = readFileSync(`/proc/${pid}/status`, 'utf8').split('\n')
    return new Map(lines.map((line) => [line.split(':')[0] ?? '', numberIn(line)]))
  } catch {
    // It has ended meanwhile.
    return new Map()
  }
}

const numberIn = (line: string): string => /\d+/.exec(line)?.[0] ?? ''
