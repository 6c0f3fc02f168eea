import { stat } from 'node:fs/promises'
import type { Clock, Timer } from '../contracts/clock.js'
import type { Log } from '../contracts/log.js'
import { glob } from './glob.js'

/** How often it is looked whether files have changed. */
const LOOK_MS = 1000

/** When files are read anew: when they change, when the process gets `SIGHUP`, or never. */
export type ReloadOn = 'change' | 'SIGHUP' | false

export interface FileWatchOptions {
  /** The files, or patterns of them, as of now. */
  readonly files: () => readonly string[]
  readonly reload: ReloadOn
  /** Reads them anew. To do nothing more once `signal` is aborted: the watch was closed. */
  readonly read: (signal: AbortSignal) => Promise<void>
  /** Real time, for what the file system does. */
  readonly clock: Clock
  readonly log: Log
}

/**
 * Has files read anew, one reading at a time. Changes are looked for, not waited for: what the system tells of files misses links that point
 * elsewhere now, directories that were replaced, and network file systems. Files that changed are read when they have come to rest.
 */
export class FileWatch {
  readonly #options: FileWatchOptions
  readonly #closing = new AbortController()
  readonly #onSignal = (): void => { this.#next(async () => { await this.#options.read(this.#closing.signal) }) }
  #timer: Timer | undefined
  #doing = Promise.resolve()
  #isLooking = false
  /** What the files were like when they were last read, and at the last look. */
  #known = ''
  #seen = ''

  constructor (options: FileWatchOptions) {
    this.#options = options
  }

  /** Takes down what the files are like: to be called before they are read for the first time. */
  async note (): Promise<void> {
    this.#known = this.#seen = await this.#state()
  }

  start (): void {
    const { reload, clock } = this.#options
    if (reload === 'SIGHUP') process.on('SIGHUP', this.#onSignal)
    if (reload !== 'change') return
    this.#timer = clock.every(LOOK_MS, () => {
      if (this.#isLooking) return
      this.#isLooking = true
      this.#next(async () => { await this.#look() })
    })
  }

  /** Resolves when nothing is looked at or read. */
  async settled (): Promise<void> {
    await this.#doing
  }

  async close (): Promise<void> {
    this.#closing.abort()
    process.off('SIGHUP', this.#onSignal)
    this.#timer?.cancel()
    await this.#doing
  }

  async #look (): Promise<void> {
    const before = this.#seen
    this.#seen = await this.#state()
    this.#isLooking = false
    if (this.#seen === this.#known || this.#seen !== before) return
    this.#known = this.#seen
    await this.#options.read(this.#closing.signal)
  }

  #next (step: () => Promise<void>): void {
    this.#doing = this.#doing.then(async () => { if (!this.#closing.signal.aborted) await step() }).catch((error: unknown) => {
      this.#options.log.error({ err: error }, 'files could not be read anew')
    })
  }

  /** Which files there are, and what tells one state of a file from another. */
  async #state (): Promise<string> {
    // A pattern that is none is told of by who reads the files.
    const found = new Set((await Promise.all(this.#options.files().map(async pattern => await glob(pattern).catch(() => [])))).flat())
    const states = await Promise.all(Array.from(found, async file => {
      try {
        const { ino, size, mtimeMs } = await stat(file)
        return [file, ino, size, mtimeMs]
      } catch (error) {
        return [file, (error as NodeJS.ErrnoException).code]
      }
    }))
    return JSON.stringify(states)
  }
}
