import { mkdir, open, readFile, rename, stat, utimes } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Log } from '../../contracts/log.js'
import type { AlertMemoryContents, RememberedAlert } from './alert-memory.js'

/** The most alerts that are kept; a line takes some hundred bytes. */
const MOST_ALERTS = 100_000
/** Lines between two turns of others. */
const LINES_A_TURN = 200

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
  #next: { alerts: readonly RememberedAlert[], atMs: number } | undefined
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
      const { version } = JSON.parse(first) as { version?: unknown }
      if (version !== VERSION) throw new Error(`line 1: expected {"version":${VERSION}}`)
      return { atMs: Math.round(mtimeMs), alerts: lines.map(line => JSON.parse(line) as RememberedAlert) }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') log.warn({ err: error, path }, 'the state of the alerts could not be read: they begin anew')
      return undefined
    }
  }

  /** Writes what there is, once what is being written is done; of several, the last. Never rejects. */
  async write (alerts: readonly RememberedAlert[], atMs: number): Promise<void> {
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
        await this.#save(state.alerts, state.atMs)
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

  async #save (alerts: readonly RememberedAlert[], atMs: number): Promise<void> {
    const { path } = this.#options
    await mkdir(dirname(path), { recursive: true })
    const temporary = `${path}.tmp`
    const file = await open(temporary, 'w')
    try {
      let text = `{"version":${VERSION}}\n`
      for (const [i, alert] of alerts.slice(0, MOST_ALERTS).entries()) {
        text += `${JSON.stringify(alert)}\n`
        if (i % LINES_A_TURN === LINES_A_TURN - 1) {
          await file.write(text)
          text = ''
          await nextTurn()
        }
      }
      await file.write(text)
      await file.utimes(atMs / 1000, atMs / 1000)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
    const folder = await open(dirname(path), 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  }
}
