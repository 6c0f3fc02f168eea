import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A process of the fault test, which is killed and started again. */
export class Victim {
  readonly #file: URL
  readonly #onLine: (line: string) => void
  #child: ChildProcess | undefined

  constructor (file: URL, onLine: (line: string) => void) {
    this.#file = file
    this.#onLine = onLine
  }

  start (args: readonly string[]): void {
    const child = this.#child = spawn(process.execPath, [...process.execArgv, fileURLToPath(this.#file), ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
    child.stdin!.on('error', () => {}) // it was killed while it was told something
    createInterface(child.stdout!).on('line', this.#onLine)
  }

  say (line: string): void {
    this.#child?.stdin?.write(`${line}\n`)
  }

  signal (name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(name)
  }

  /** Ends it at once, and resolves when all it said is read. */
  async kill (): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'close')
  }
}
