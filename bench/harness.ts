import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'

/** What one run found. All figures are in the benchmark's unit, and less is better. */
export interface Figures {
  readonly ours: number
  readonly peer: number
  /** What the machine cannot do better: a bare typed-array add, a bare host. */
  readonly floor?: number
}

/** A benchmark file default-exports an array of these. */
export interface Bench {
  /** Dotted, as in `counter.bound.1000`. */
  readonly name: string
  /** Of all figures, less being better: `ns`, `ms`, `bytes/series`. */
  readonly unit: string
  run (): Promise<Figures>
}

/** Does the operation `times` times. It holds its own loop, so that the loop is compiled with the operation in it. */
export type Batch = (times: number) => unknown

export interface CompareOptions {
  /** Rounds that count, for each subject. @defaultValue 15 */
  readonly rounds?: number
  /** How long one round of one subject lasts, in milliseconds, at least. @defaultValue 20 */
  readonly roundMs?: number
}

/** A round in which the process had less of a core than this does not count: the machine is shared. */
const leastCpuShare = 0.96

const consumed: { value: unknown } = { value: undefined }

/** Consumes a value, so that no compiler may drop the work that made it. */
export function sink (value: unknown): void {
  consumed.value = value
}

/** Writes a line of progress to standard error. */
export function progress (line: string): void {
  process.stderr.write(`${line}\n`)
}

/**
 * Nanoseconds for one operation of each subject: the best of several rounds, in which the subjects take turns in a new
 * order each time. A batch may return a promise (rendering); its time is then part of the batch.
 */
export async function compare<K extends string> (
  subjects: { readonly [name in K]: Batch }, { rounds = 15, roundMs = 20 }: CompareOptions = {}
): Promise<Record<K, number>> {
  const names = Object.keys(subjects) as K[]
  const times = {} as Record<K, number>
  const best = {} as Record<K, number>
  for (const name of names) times[name] = await calibrate(subjects[name], roundMs)

  let disturbed = 0
  for (let round = 0; round < rounds; round++) {
    for (const name of shuffle(names)) {
      let found = await timeRound(subjects[name], times[name])
      for (let attempt = 0; found.cpuShare < leastCpuShare && attempt < 5; attempt++) {
        disturbed++
        found = await timeRound(subjects[name], times[name])
      }
      // A disturbed round counts only where there is no other.
      if (found.cpuShare >= leastCpuShare || best[name] === undefined) best[name] = Math.min(best[name] ?? Infinity, found.ns)
    }
  }
  if (disturbed > 0) progress(`  ${disturbed} disturbed rounds repeated`)
  progress(`  ${names.map(name => `${name} ${inspect(Number(best[name].toPrecision(4)))} ns`).join(', ')}`)
  return best
}

export interface ChildOptions {
  /** Flags of node, as `--expose-gc`. */
  readonly nodeFlags?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Runs a TypeScript file in a process of its own and returns what it printed as JSON on its last line. Throws when it
 * fails. For what needs one library a process: rendering, memory.
 */
export async function runChild<T> (file: URL, args: readonly string[] = [], options: ChildOptions = {}): Promise<T> {
  const child = spawn(process.execPath, [...options.nodeFlags ?? [], '--import', 'tsx', fileURLToPath(file), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...options.env }
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => { output += chunk })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
  if (code !== 0) throw new Error(`${fileURLToPath(file)} ${args.join(' ')} ended with code ${code}`)
  return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as T
}

/**
 * Runs `file` once a round for each subject, its name as first argument, in a new order each round; the child prints
 * one number. Returns the best (least) number of each.
 */
export async function compareInChildren<K extends string> (
  file: URL, names: readonly K[], { rounds = 3, args = [], ...options }: ChildOptions & { rounds?: number, args?: readonly string[] } = {}
): Promise<Record<K, number>> {
  const best = {} as Record<K, number>
  for (let round = 0; round < rounds; round++) {
    for (const name of shuffle(names)) {
      const figure = await runChild<number>(file, [name, ...args], options)
      progress(`  ${name} ${figure}`)
      best[name] = Math.min(best[name] ?? Infinity, figure)
    }
  }
  return best
}

/** A copy in random order. */
export function shuffle<T> (items: readonly T[]): T[] {
  const shuffled = [...items]
  for (let at = shuffled.length - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1))
    const item = shuffled[at]!
    shuffled[at] = shuffled[other]!
    shuffled[other] = item
  }
  return shuffled
}

/** How many operations fill a round, found while they warm up. */
async function calibrate (batch: Batch, roundMs: number): Promise<number> {
  for (let times = 1; ; times *= 2) {
    const { ns } = await timeRound(batch, times)
    const lastedMs = ns * times / 1e6
    if (lastedMs >= roundMs / 2) return Math.max(1, Math.ceil(times * roundMs / lastedMs))
  }
}

async function timeRound (batch: Batch, times: number): Promise<{ ns: number, cpuShare: number }> {
  const cpuBefore = process.cpuUsage()
  const startNs = process.hrtime.bigint()
  const result = batch(times)
  sink(result instanceof Promise ? await result : result)
  const lastedNs = Number(process.hrtime.bigint() - startNs)
  const { user, system } = process.cpuUsage(cpuBefore)
  return { ns: lastedNs / times, cpuShare: (user + system) * 1000 / lastedNs }
}
