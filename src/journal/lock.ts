import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { link, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Clock, Timer } from '../contracts/clock.js'
import { NJORD_ERR_JOURNAL_LOCKED } from '../errors.js'

/** Who holds a lock, as its file says. `born` tells a process from a later one of the same number. */
interface Holder {
  readonly pid: number
  readonly born: string
  readonly host: string
}

const name = /^journal\.lock\.([1-9]\d{0,14})$/
const heartbeatMs = 10_000
/** A holder on another machine (a volume that is shared) is gone when it has not touched its file for so long. */
const silentMs = 60_000

/**
 * One writer a directory. The lock is the file `journal.lock.N` of the highest N; whoever finds its process gone makes
 * N + 1, which only one can (`link` refuses a name that is there). A file that is simply deleted and made anew could be taken from under one
 * who has just taken it over.
 */
export class JournalLock {
  readonly #path: string
  readonly #heartbeat: Timer

  private constructor (path: string, clock: Clock) {
    this.#path = path
    this.#heartbeat = clock.every(heartbeatMs, () => { this.#touch() })
  }

  /** Throws `NJORD_ERR_JOURNAL_LOCKED` when another writer holds the directory, and the system's error when it cannot be written to. */
  static async take (dir: string, clock: Clock): Promise<JournalLock> {
    await mkdir(dir, { recursive: true })
    const generations = await listGenerations(dir)
    const highest = generations.at(-1)
    if (highest !== undefined) await refuseIfHeld(dir, highest)

    const generation = (highest ?? 0) + 1
    const path = pathOf(dir, generation)
    const self: Holder = { pid: process.pid, born: birthOf(process.pid) ?? '', host: hostname() }
    // A link appears with its content: nobody sees the file empty, as one that was let go.
    const draft = join(dir, `journal.lock.${process.pid}-${randomUUID()}.tmp`)
    try {
      await writeFile(draft, JSON.stringify(self))
      await link(draft, path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      throw new NJORD_ERR_JOURNAL_LOCKED(dir, 'another process took it just now')
    } finally {
      await rm(draft, { force: true })
    }
    // Who was slow may have made a number that had been there and is gone.
    if ((await listGenerations(dir)).at(-1) !== generation) {
      await rm(path, { force: true })
      throw new NJORD_ERR_JOURNAL_LOCKED(dir, 'another process took it just now')
    }
    for (const old of generations) await rm(pathOf(dir, old), { force: true })
    return new JournalLock(path, clock)
  }

  /** Lets go. The file stays, empty: its number is what keeps those who come late from thinking that it is theirs. */
  async release (): Promise<void> {
    this.#heartbeat.cancel()
    await writeFile(this.#path, '').catch(() => {})
  }

  #touch (): void {
    const now = new Date()
    utimes(this.#path, now, now).catch(() => {})
  }
}

const pathOf = (dir: string, generation: number): string => join(dir, `journal.lock.${generation}`)

async function listGenerations (dir: string): Promise<number[]> {
  return (await readdir(dir)).flatMap(file => name.exec(file)?.[1] ?? []).map(Number).sort((a, b) => a - b)
}

async function refuseIfHeld (dir: string, generation: number): Promise<void> {
  const path = pathOf(dir, generation)
  const holder = await readHolder(path)
  if (holder === undefined) return
  if (holder.host === hostname()) {
    if (birthOf(holder.pid) !== holder.born) return
    throw new NJORD_ERR_JOURNAL_LOCKED(dir, `process ${holder.pid} writes to it`)
  }
  // Of two machines, only the file's own time can be compared with now. This is no time of the journal's, so no clock of its.
  const { mtimeMs } = await stat(path)
  if (Date.now() - mtimeMs < silentMs) throw new NJORD_ERR_JOURNAL_LOCKED(dir, `process ${holder.pid} of ${holder.host} writes to it`)
}

/** `undefined` for a lock that was let go, or one whose writing a crash cut short. */
async function readHolder (path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder
  } catch {
    return undefined
  }
}

/** When a process was started, as far as the system tells; `undefined` for one that is not there. */
function birthOf (pid: number): string | undefined {
  try {
    // The name of the command is in brackets and may hold anything; the 20th field after it is the start in ticks since boot.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
    if (fields[0] === 'Z') return undefined
    return `${fields[19]} ${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}`
  } catch {
    return isAlive(pid) ? '' : undefined
  }
}

function isAlive (pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
