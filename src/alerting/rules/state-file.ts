import { mkdir, open, readFile, stat, utimes } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Log } from '../../contracts/log.js'
import { writeLines } from '../lines-file.js'
import type { AlertMemoryContents, RememberedAlert } from './alert-memory.js'

/** The most alerts that are kept; a line takes some hundred bytes. */
const MOST_ALERTS = 100_000

const VERSION = 1

export interface StateFileOptions {
  readonly path: string
  readonly log: Log
  /** Told of every attempt to write. */
  readonly wrote?: (isDone: boolean) => void
}

/**
 * The alerts of a process in a file, for the next one: a line of JSON an alert, after a first line that says which format it is. The file's
 * own time says when the rules were last evaluated. It is written anew when alerts change, by way of another file, so that a crash leaves
 * the one or the other.
 */
export class StateFile {
  readonly #options: StateFileOptions
  #isFailing = false
  #next: { alerts: () => Iterable<RememberedAlert>, atMs: number } | undefined
  #writing: Promise<void> | undefined
  #touchedMs = -Infinity

  constructor (options: StateFileOptions) {
    this.#options = options
  }

  /** What the last process has left; `undefined` where there is none, or none that can be read (which is logged). */
  async read (): Promise<AlertMemoryContents | undefined> {
    const { path, log } = this.#options
    try {
      const { mtimeMs } = await stat(path)
      const [first = '', ...lines] = (await readFile(path, 'utf8')).trimEnd().split('\n')
      const head = JSON.parse(first) as { version?: unknown } | null
      if (head?.version !== VERSION) throw new Error(`line 1: expected {"version":${VERSION}}`)
      const alerts = lines.map(rememberedAlert).filter(alert => alert !== undefined)
      const damaged = lines.length - alerts.length
      if (damaged > 0) log.warn({ path, lines: damaged }, 'lines of the state of the alerts are damaged: the alerts in them begin anew')
      return { atMs: Math.round(mtimeMs), alerts }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') log.warn({ err: error, path }, 'the state of the alerts could not be read: they begin anew')
      return undefined
    }
  }

  /** Writes what there is, once what is being written is done; of several, the last. It is walked then, in turns with others. Never rejects. */
  async write (alerts: () => Iterable<RememberedAlert>, atMs: number): Promise<void> {
    this.#next = { alerts, atMs }
    this.#writing ??= this.#drain().finally(() => { this.#writing = undefined })
    await this.#writing
  }

  /** Notes that the rules were evaluated and that nothing has changed. Never rejects. */
  async touch (atMs: number): Promise<void> {
    this.#touchedMs = atMs
    if (this.#writing === undefined) await this.#stamp(atMs)
  }

  async #stamp (atMs: number): Promise<void> {
    await utimes(this.#options.path, atMs / 1000, atMs / 1000).catch(() => {}) // a file that is not there is written with the first alert
  }

  async #drain (): Promise<void> {
    for (let state = this.#next; state !== undefined; state = this.#next) {
      this.#next = undefined
      let problem: unknown
      try {
        await this.#save(state.alerts(), state.atMs)
        if (this.#touchedMs > state.atMs) await this.#stamp(this.#touchedMs)
      } catch (error) {
        problem = error
      }
      const { log, path, wrote } = this.#options
      wrote?.(problem === undefined)
      if (problem !== undefined && !this.#isFailing) log.error({ err: problem, path }, 'the state of the alerts could not be written; it is tried again when they change')
      this.#isFailing = problem !== undefined
    }
  }

  async #save (alerts: Iterable<RememberedAlert>, atMs: number): Promise<void> {
    const { path } = this.#options
    await mkdir(dirname(path), { recursive: true })
    await writeLines(path, linesOf(alerts), atMs)
    const folder = await open(dirname(path), 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  }
}

function * linesOf (alerts: Iterable<RememberedAlert>): Generator<unknown> {
  yield { version: VERSION }
  let count = 0
  for (const alert of alerts) {
    if (++count > MOST_ALERTS) return
    yield alert
  }
}

/** The alert of a line; `undefined` for one that nobody has written so. */
function rememberedAlert (line: string): RememberedAlert | undefined {
  let alert: Partial<Record<keyof RememberedAlert, unknown>> | null
  try {
    alert = JSON.parse(line) as typeof alert
  } catch {
    return undefined
  }
  if (alert === null || !arePairs(alert.labels) || !arePairs(alert.annotations) || typeof alert.query !== 'string') return undefined
  if (!states.includes(alert.state) || typeof alert.activeAtMs !== 'number') return undefined
  const times = [alert.firedAtMs, alert.resolvedAtMs, alert.keepFiringSinceMs, alert.seenAtMs]
  return times.every(time => time === undefined || typeof time === 'number') ? alert as RememberedAlert : undefined
}

const states: readonly unknown[] = ['inactive', 'pending', 'firing']

/** Whether they are names and values in turn, by name. */
function arePairs (value: unknown): boolean {
  if (!Array.isArray(value) || value.length % 2 === 1) return false
  return value.every((text: unknown, i) => typeof text === 'string' && (i < 2 || i % 2 === 1 || text > (value[i - 2] as string)))
}
