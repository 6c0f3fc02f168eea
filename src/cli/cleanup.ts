import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { SystemClock } from '../clock/system-clock.js'
import { segmentFile } from '../journal/segment-name.js'
import { JournalLock } from '../journal/lock.js'
import { loadRetentionPolicy } from '../journal/retention-policy.js'
import { Retention, type RetentionProgress, type RetentionResult } from '../journal/retention.js'
import { checkJournal } from './directory.js'
import { cleanupUsage, UsageError } from './usage.js'

/** Where a command writes. */
export interface Output {
  /** Results, for standard output. */
  out (text: string): void
  /** Progress, for standard error. */
  progress (text: string): void
}

/** `njord-telemetry cleanup`. Throws `UsageError`, an error of the policy or the lock, or the system's error. */
export async function cleanup (args: readonly string[], { out, progress }: Output): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      policy: { type: 'string' }, journal: { type: 'string' }, 'dry-run': { type: 'boolean' }, quiet: { type: 'boolean' }, help: { type: 'boolean', short: 'h' }
    }
  })
  if (values.help) return out(cleanupUsage)
  const { policy: file, journal: dir, 'dry-run': isDryRun = false, quiet = false } = values
  if (file === undefined) throw new UsageError('--policy FILE is missing: say how long metrics are kept, as in config/retention.yaml')
  if (dir === undefined) throw new UsageError('--journal DIR is missing: say which journal is to be cleaned')
  await checkJournal(dir)

  const policy = await loadRetentionPolicy(file)
  const clock = new SystemClock()
  const onProgress = (at: RetentionProgress): void => { if (!quiet && at.step === 'done') progress(`${sentence(at)}\n`) }
  const retention = new Retention({ dir, policy, clock })
  // Reading needs no lock: a dry run disturbs nobody.
  if (isDryRun) return out(table(await retention.run({ isDryRun, onProgress: () => {} }), isDryRun))
  const lock = await JournalLock.take(dir, clock)
  try {
    out(table(await retention.run({ onProgress }), isDryRun))
  } finally {
    await lock.release()
  }
}

const verbs = { compress: 'compressed', rollUp: 'rolled up', delete: 'deleted' } as const

function sentence ({ action: { kind, segment, into } }: RetentionProgress): string {
  return `${verbs[kind]} ${join(segment.resolution, segmentFile(segment))}${into === undefined ? '' : ` into ${join(into.resolution, segmentFile(into))}`}`
}

/** One line a segment, and a sum. */
export function table (results: readonly RetentionResult[], isDryRun: boolean): string {
  if (results.length === 0) return 'Nothing to do.\n'
  const rows = results.map(({ kind, segment, into, bytesBefore, bytesAfter, damaged }) => [
    isDryRun ? `to be ${verbs[kind]}` : verbs[kind],
    join(segment.resolution, segmentFile(segment)),
    into === undefined ? '' : join(into.resolution, segmentFile(into)),
    String(bytesBefore),
    bytesAfter === undefined ? '' : String(bytesAfter),
    damaged === 0 ? '' : String(damaged)
  ])
  const header = ['what', 'segment', 'into', 'bytes before', 'bytes after', 'damaged']
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map(row => row[column]!.length)))
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => column < 3 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)).join('  ').trimEnd()
  const freed = results.reduce((sum, { kind, bytesBefore, bytesAfter = 0 }) =>
    sum + (kind === 'delete' ? bytesBefore : kind === 'compress' ? bytesBefore - bytesAfter : -bytesAfter), 0)
  const sum = isDryRun
    ? `${results.length} to do; nothing was changed.`
    : `${results.length} done, ${freed < 0 ? `${-freed} bytes more are taken` : `${freed} bytes freed`}.`
  return `${[line(header), ...rows.map(line), sum].join('\n')}\n`
}
