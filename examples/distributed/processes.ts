import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'

/** A process that did not start, or ended by itself. The message is one line. */
export class ProcessError extends Error {
  override readonly name = 'ProcessError'
}

/** The processes of this example, which end in the reverse of the order in which they were started. */
export class Processes {
  readonly #running: ChildProcess[] = []
  #isEnding = false
  /** Rejects when a process ends that should not. */
  readonly failure: Promise<never>
  readonly #fail: (error: Error) => void

  constructor () {
    let fail: (error: Error) => void
    this.failure = new Promise((_resolve, reject) => { fail = reject })
    this.#fail = fail!
    this.failure.catch(() => {})
  }

  /** Starts a program and resolves with the first match in a line of its output. */
  async start (name: string, command: string, args: readonly string[], ready: RegExp, env: NodeJS.ProcessEnv = {}): Promise<string> {
    if (this.#isEnding) throw new ProcessError(`${name} is not started any more`)
    // In a group of its own: Ctrl-C in the terminal is for the launcher alone, which ends them in order.
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true, env: { ...process.env, ...env } })
    this.#running.push(child)
    if (child.pid !== undefined) endWithThis(child, child.pid)
    child.once('exit', (code, signal) => { if (!this.#isEnding) this.#fail(new ProcessError(`${name} has ended: ${signal ?? code}`)) })
    child.once('error', error => { this.#fail(new ProcessError(`${name} cannot be started: ${error.message}`)) })
    const found = new Promise<string>(resolve => {
      createInterface(child.stdout).on('line', line => {
        const match = ready.exec(line)
        if (match !== null) resolve(match[0])
      })
    })
    return await Promise.race([found, this.failure])
  }

  /** Ends them one after another, the last that was started first. */
  async end (): Promise<void> {
    this.#isEnding = true
    for (const child of this.#running.reverse()) {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) continue
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
  }
}

/** A process that ends the child when this one is gone, however it went: its standard input ends then. */
function endWithThis (child: ChildProcess, pid: number): void {
  const watch = spawn('sh', ['-c', `cat; kill -KILL ${pid}`], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  child.once('exit', () => { watch.kill('SIGKILL') })
}

/** A port of the loopback address that nobody listens on. */
export async function freePort (): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
