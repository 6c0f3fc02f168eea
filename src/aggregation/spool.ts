import { mkdir, open, readdir, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { parseJson, stringifyJson } from '../contracts/json.js'
import { isMetricsMessage, type MetricsMessage } from './wire.js'

/** Earlier lives whose files are kept: those of a service that keeps crashing got across long before. */
const maxPast = 64
/** What the files of earlier lives may hold to be read again, the latest first: it is held in memory as long as it is said. */
const maxPastBytes = 64 * 1024 * 1024

export interface SpoolOptions {
  readonly folder: string
  readonly instance: string
  readonly startedNs: bigint
}

/**
 * What a process published, in a local file: a full set, written aside and renamed into place, and behind it what
 * changed with each flush. It survives `kill -9`; the next life of the instance reads it and says again what this one
 * said, as often as it takes, for totals may be said twice. One file a life, named `instance@started_ns.ndjson`.
 */
export class Spool {
  /** What earlier lives of the instance left, to be said on their behalf. */
  past: readonly MetricsMessage[] = []
  readonly #path: string
  readonly #folder: string
  readonly #prefix: string
  #pastFiles: string[] = []
  #file: FileHandle | undefined
  #isLoaded = false

  constructor ({ folder, instance, startedNs }: SpoolOptions) {
    this.#folder = folder
    // An @ of the instance's is escaped: no instance's prefix is the start of another's name.
    this.#prefix = `${encodeURIComponent(instance)}@`
    this.#path = join(folder, `${this.#prefix}${startedNs}.ndjson`)
  }

  /** Whether the next write has to be a full set: the first one, and after a failure. */
  get needsFull (): boolean {
    return this.#file === undefined
  }

  /** Reads what earlier lives left. Rejects when the folder can be neither made nor read; a damaged file costs its damaged lines. */
  async load (): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const own = (await readdir(this.#folder)).filter(name => name.startsWith(this.#prefix) && join(this.#folder, name) !== this.#path)
    // A life that was killed while it wrote aside left that, too; what it says is in its file, but for that flush.
    for (const name of own) if (name.endsWith('.ndjson.new')) await rm(join(this.#folder, name), { force: true })
    const names = own.filter(name => name.endsWith('.ndjson')).sort((a, b) => b.length - a.length || (a < b ? 1 : -1))
    for (const name of names.splice(maxPast)) await rm(join(this.#folder, name), { force: true })
    this.#pastFiles = names.map(name => join(this.#folder, name))
    const past: MetricsMessage[] = []
    let bytes = 0
    for (const path of this.#pastFiles) {
      bytes += (await stat(path)).size
      if (bytes > maxPastBytes) break
      for (const line of (await readFile(path, 'utf8')).split('\n')) {
        const message = read(line)
        if (message !== undefined) past.push({ ...message, past: true })
      }
    }
    this.past = past
    this.#isLoaded = true
  }

  /**
   * Notes one flush, once what earlier lives left is read. Rejects when the disk is full or the folder is gone; the next one is
   * then to be a full set.
   */
  async write (messages: readonly MetricsMessage[], full: boolean): Promise<void> {
    if (!full && this.#file !== undefined) {
      try {
        return await append(this.#file, messages)
      } catch (error) {
        await this.close()
        throw error
      }
    }
    await this.close()
    if (!this.#isLoaded) await this.load()
    const file = await open(`${this.#path}.new`, 'w')
    try {
      await append(file, messages)
      await rename(`${this.#path}.new`, this.#path)
    } catch (error) {
      await file.close().catch(() => {})
      throw error
    }
    this.#file = file
  }

  /** Removes the files of earlier lives: who was to hear of them has. */
  async forgetPast (): Promise<void> {
    this.past = []
    for (const path of this.#pastFiles.splice(0)) await rm(path, { force: true })
  }

  async close (): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await file?.close().catch(() => {})
  }
}

/** One after another: to set all of a large set in one go would hold up the host. */
async function append (file: FileHandle, messages: readonly MetricsMessage[]): Promise<void> {
  for (const message of messages) await file.appendFile(`${stringifyJson(message)}\n`)
}

/** A line of a spool; `undefined` for one that was torn. */
function read (line: string): MetricsMessage | undefined {
  if (line === '') return undefined
  try {
    const message = parseJson(line)
    return typeof message === 'object' && message !== null && isMetricsMessage(message) ? message : undefined
  } catch {
    return undefined
  }
}
