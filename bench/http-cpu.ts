import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { progress, shuffle } from './harness.js'
import type { HostCommand, HostReport, Variant } from './http-host.js'
import type { LoadCommand, LoadReport } from './http-load.js'

const variants: readonly Variant[] = ['bare', 'ours', 'fastifyMetrics']

export interface HttpLoadFigures {
  /** CPU time that metrics add to a request, in microseconds. */
  readonly addedCpu: { readonly [variant in Exclude<Variant, 'bare'>]: number }
  /** Wall time of a request at full load, in microseconds. */
  readonly wall: { readonly [variant in Variant]: number }
}

interface Sample {
  readonly cpu: number
  readonly wall: number
}

const generations = 8
const warmUps = 20
const rounds = 30
const requestsPerBurst = 1000

/**
 * Puts a bare host, one with our metrics and one with fastify-metrics under full load from another process, in short
 * turns, for the machine is shared and a neighbour slows all three alike; one server listens at a time. Their process is
 * started anew a few times, for no two are compiled quite alike. What metrics add is the mean of the differences to the
 * bare host of the same round, a fifth at either end left out.
 */
export async function loadHosts (): Promise<HttpLoadFigures> {
  const load = await start('http-load.ts')
  const samples: Record<Variant, Sample[]> = { bare: [], ours: [], fastifyMetrics: [] }
  try {
    for (let generation = 0; generation < generations; generation++) await measureGeneration(load, samples)
    const wall = (variant: Variant) => trimmedMean(samples[variant].map(sample => sample.wall))
    const added = (variant: Variant) => trimmedMean(samples[variant].map(({ cpu }, round) => cpu - samples.bare[round]!.cpu))
    progress(`  a bare host takes ${trimmedMean(samples.bare.map(({ cpu }) => cpu)).toFixed(2)} µs of CPU a request`)
    return {
      addedCpu: { ours: added('ours'), fastifyMetrics: added('fastifyMetrics') },
      wall: { bare: wall('bare'), ours: wall('ours'), fastifyMetrics: wall('fastifyMetrics') }
    }
  } finally {
    load.kill()
  }
}

async function measureGeneration (load: ChildProcess, samples: Record<Variant, Sample[]>): Promise<void> {
  const host = await start('http-host.ts')
  try {
    for (let round = -warmUps; round < rounds; round++) {
      for (const variant of shuffle(variants)) {
        const sample = await measure(host, load, variant)
        if (round >= 0) samples[variant].push(sample)
      }
    }
  } finally {
    host.kill()
  }
}

async function measure (host: ChildProcess, load: ChildProcess, variant: Variant): Promise<Sample> {
  const before = await ask<HostReport>(host, { command: 'listen', variant } satisfies HostCommand)
  const { seconds } = await ask<LoadReport>(load, { port: before.port, requests: requestsPerBurst } satisfies LoadCommand)
  const after = await ask<HostReport>(host, { command: 'close', variant } satisfies HostCommand)
  return { cpu: (after.cpuMicroseconds - before.cpuMicroseconds) / requestsPerBurst, wall: seconds * 1e6 / requestsPerBurst }
}

async function start (file: string): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), { execArgv: ['--import', 'tsx'] })
  await answerOf(child)
  return child
}

async function ask<T> (child: ChildProcess, message: HostCommand | LoadCommand): Promise<T> {
  const answer = answerOf<T>(child)
  child.send(message)
  return await answer
}

/** The next message of a child; rejects when it ends instead. */
async function answerOf<T> (child: ChildProcess): Promise<T> {
  const waiting = new AbortController()
  const { signal } = waiting
  try {
    const [message] = await Promise.race([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }).then(([code]) => { throw new Error(`${child.spawnargs.join(' ')} ended with code ${code}`) })
    ])
    return message as T
  } finally {
    waiting.abort()
  }
}

function trimmedMean (values: readonly number[]): number {
  const cut = Math.floor(values.length / 5)
  const kept = [...values].sort((a, b) => a - b).slice(cut, values.length - cut)
  return kept.reduce((sum, value) => sum + value, 0) / kept.length
}
