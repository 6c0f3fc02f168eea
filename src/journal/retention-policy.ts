import { readFile } from 'node:fs/promises'
import { Cron } from 'croner'
import { LineCounter, parseDocument, type Document } from 'yaml'
import { isTimeZone } from '../clock/time-zone.js'
import { describe } from '../contracts/check.js'
import { resolutions, type Resolution } from '../contracts/window.js'
import { NJORD_ERR_RETENTION_POLICY } from '../errors.js'

/** How long windows of one resolution are kept. */
export interface RetentionTier {
  readonly resolution: Resolution
  /** Whole or broken days after the end of the day (UTC) that a segment holds. */
  readonly retentionDays: number
  /** The most bytes of files; past it the oldest segments go before their time. No limit without it. */
  readonly maxBytes: number | undefined
}

/** What is kept of a journal, for how long, and when that is seen to. */
export interface RetentionPolicy {
  /** The finest resolution first; each is rolled up into the next. */
  readonly tiers: readonly RetentionTier[]
  /** A cron pattern of five fields. */
  readonly schedule: string
  /** An IANA name, for the schedule only: segments are days in UTC. */
  readonly timezone: string
}

type Path = ReadonlyArray<string | number>

const byteUnits: Readonly<Record<string, number>> = {
  B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40
}

/** Reads a policy from a file. Throws `NJORD_ERR_RETENTION_POLICY`, which names file, line and key. */
export async function loadRetentionPolicy (path: string): Promise<RetentionPolicy> {
  let text
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new NJORD_ERR_RETENTION_POLICY(`${path}: ${(error as Error).message}`, { cause: error })
  }
  return parseRetentionPolicy(text, path)
}

/**
 * Reads a policy from YAML, as in `config/retention.yaml`.
 * @param file names it in errors: `config/retention.yaml:4: retention.raw_metrics[1].retention_days: found "x", expected …`
 */
export function parseRetentionPolicy (text: string, file: string): RetentionPolicy {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [problem] = document.errors
  if (problem !== undefined) throw new NJORD_ERR_RETENTION_POLICY(`${file}:${lines.linePos(problem.pos[0]).line}: ${problem.message}`)
  return new PolicyReader(document, lines, file).read()
}

class PolicyReader {
  readonly #document: Document
  readonly #lines: LineCounter
  readonly #file: string

  constructor (document: Document, lines: LineCounter, file: string) {
    this.#document = document
    this.#lines = lines
    this.#file = file
  }

  read (): RetentionPolicy {
    this.#keys([], ['retention'])
    this.#keys(['retention'], ['raw_metrics', 'cleanup_schedule', 'timezone'])
    const list = this.#value(['retention', 'raw_metrics'])
    if (!Array.isArray(list) || list.length === 0) return this.#refuse(['retention', 'raw_metrics'], 'a list of resolutions')
    const tiers = list.map((_, i) => this.#tier(['retention', 'raw_metrics', i]))
    tiers.forEach((tier, i) => { this.#checkOrder(tier, tiers[i - 1], ['retention', 'raw_metrics', i]) })
    return { tiers, ...this.#schedule() }
  }

  #tier (path: Path): RetentionTier {
    this.#keys(path, ['resolution', 'retention_days', 'max_bytes'])
    const resolution = this.#value([...path, 'resolution'])
    if (!resolutions.includes(resolution as Resolution)) this.#refuse([...path, 'resolution'], `one of ${resolutions.join(', ')}`)
    const retentionDays = this.#value([...path, 'retention_days'])
    if (typeof retentionDays !== 'number' || !(retentionDays > 0) || retentionDays > 1e6) this.#refuse([...path, 'retention_days'], 'a number of days, more than 0')
    return { resolution: resolution as Resolution, retentionDays: retentionDays as number, maxBytes: this.#bytes([...path, 'max_bytes']) }
  }

  #bytes (path: Path): number | undefined {
    const value = this.#value(path)
    if (value === undefined) return undefined
    const [, amount, unit] = /^(\d+(?:\.\d+)?) ?([kKMGT]?i?B)?$/.exec(String(value)) ?? []
    const factor = unit === undefined ? 1 : byteUnits[unit]
    if (amount === undefined || factor === undefined || Number(amount) === 0) return this.#refuse(path, 'a number of bytes, more than 0, as in 500MB or 10GiB')
    return Number(amount) * factor
  }

  #checkOrder (tier: RetentionTier, finer: RetentionTier | undefined, path: Path): void {
    if (finer === undefined) return
    if (resolutions.indexOf(tier.resolution) <= resolutions.indexOf(finer.resolution)) {
      this.#refuse([...path, 'resolution'], `a coarser one than the ${finer.resolution} before it`)
    }
    if (tier.retentionDays < finer.retentionDays) {
      this.#refuse([...path, 'retention_days'], `no fewer days than the ${finer.retentionDays} of the finer ${finer.resolution}`)
    }
  }

  #schedule (): { schedule: string, timezone: string } {
    const timezone = this.#value(['retention', 'timezone']) ?? 'UTC'
    if (typeof timezone !== 'string' || !isTimeZone(timezone)) this.#refuse(['retention', 'timezone'], 'a time zone as in Europe/Oslo')
    const schedule = this.#value(['retention', 'cleanup_schedule'])
    const expected = 'a cron pattern of five fields, as in "0 2 * * *"'
    if (typeof schedule !== 'string') return this.#refuse(['retention', 'cleanup_schedule'], expected)
    try {
      const next = new Cron(schedule, { mode: '5-part', timezone: timezone as string, paused: true }).nextRun()
      if (next === null) this.#refuse(['retention', 'cleanup_schedule'], 'a cron pattern that comes true')
    } catch (error) {
      if (error instanceof NJORD_ERR_RETENTION_POLICY) throw error
      this.#refuse(['retention', 'cleanup_schedule'], `${expected} (${(error as Error).message})`)
    }
    return { schedule, timezone: timezone as string }
  }

  #keys (path: Path, known: readonly string[]): void {
    const value = this.#value(path)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return this.#refuse(path, `the keys ${known.join(', ')}`)
    const unknown = Object.keys(value).find(key => !known.includes(key))
    if (unknown !== undefined) this.#fail([...path, unknown], `there is no such key: expected ${known.join(', ')}`)
  }

  #value (path: Path): unknown {
    const node = path.length === 0 ? this.#document.toJS() as unknown : this.#document.getIn(path, true)
    return (node as { toJS?: (document: Document) => unknown } | undefined)?.toJS?.(this.#document) ?? (path.length === 0 ? node : undefined)
  }

  #refuse (path: Path, expected: string): never {
    const value = this.#value(path)
    return this.#fail(path, value === undefined ? `it is missing: expected ${expected}` : `found ${describe(value)}, expected ${expected}`)
  }

  #fail (path: Path, problem: string): never {
    const key = path.reduce<string>((text, part) => typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`, '')
    throw new NJORD_ERR_RETENTION_POLICY(`${this.#file}:${this.#lineOf(path)}: ${key === '' ? '' : `${key}: `}${problem}`)
  }

  /** Of the value, or of the nearest thing around it that is there. */
  #lineOf (path: Path): number {
    for (let length = path.length; length > 0; length--) {
      const node = this.#document.getIn(path.slice(0, length), true) as { range?: readonly number[] } | undefined
      if (node?.range !== undefined) return this.#lines.linePos(node.range[0]!).line
    }
    return 1
  }
}
