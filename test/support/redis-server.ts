import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Test } from 'tap'

/** A port of the loopback address that nobody listens on. */
export async function freePort (): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** A real redis-server on a port of its own, without persistence, in a directory of its own. */
export class RedisServer {
  readonly port: number
  readonly #folder: string
  #process: ChildProcess | undefined

  constructor (port: number, folder: string) {
    this.port = port
    this.#folder = folder
  }

  get url (): string {
    return `redis://127.0.0.1:${this.port}`
  }

  /** Starts the process, on the same port each time, and resolves when it accepts connections. */
  async start (): Promise<void> {
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#folder, '--save', '', '--appendonly', 'no']
    const child = this.#process = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] })
    const output: string[] = []
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', () => { reject(new Error(`redis-server ended:\n${output.join('\n')}`)) })
      createInterface(child.stdout!).on('line', line => {
        output.push(line)
        if (line.includes('Ready to accept connections')) resolve()
      })
    })
  }

  /** Ends the process at once (SIGKILL): its clients are told nothing but a reset. */
  async kill (): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  /** Lets the process hang (SIGSTOP): connections stay, answers do not come. `kill` works all the same. */
  hang (): void {
    this.#process?.kill('SIGSTOP')
  }

  /** Ends {@link hang}. */
  resume (): void {
    this.#process?.kill('SIGCONT')
  }
}

/** A running redis-server that ends with the test `t`. */
export async function startRedis (t: Test): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'njord-redis-'))
  const server = new RedisServer(await freePort(), folder)
  t.teardown(async () => {
    await server.kill()
    await rm(folder, { recursive: true, force: true })
  })
  await server.start()
  return server
}
