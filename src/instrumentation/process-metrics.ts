import { readdir, readFile } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import { getHeapSpaceStatistics } from 'node:v8'
import type { Clock, Timer } from '../contracts/clock.js'
import type { BoundCounter, Gauge, InstrumentFactory } from '../contracts/instruments.js'

export interface ProcessMetricsOptions {
  readonly instruments: InstrumentFactory
  readonly clock: Clock
  /** How often is read what takes a system call or two. @defaultValue 5000 */
  readonly windowMs?: number
}

/**
 * What the process uses: memory, CPU, resources of the event loop, file descriptors. Names and meaning are those of
 * prom-client's default metrics, so that dashboards made for these work. Figures that come from memory are read at each
 * scrape; those that come from /proc (Linux) at our own pace, off the event loop.
 */
export class ProcessMetrics {
  readonly #instruments: InstrumentFactory
  readonly #clock: Clock
  readonly #windowMs: number
  readonly #cpuUser: BoundCounter
  readonly #cpuSystem: BoundCounter
  readonly #cpu: BoundCounter
  readonly #memory: { readonly [key in keyof NodeJS.MemoryUsage]?: Gauge }
  readonly #memoryUsageMb: Gauge
  readonly #heapSpaces: ReadonlyArray<{ readonly gauge: Gauge<'space'>, readonly key: 'space_size' | 'space_used_size' | 'space_available_size' }>
  readonly #resources: Gauge<'type'>
  readonly #resourceTypes = new Set<string>()
  #lastCpu: NodeJS.CpuUsage = { user: 0, system: 0 }
  #endCollecting = (): void => {}
  #timer: Timer | undefined
  #proc: ProcGauges | undefined
  #reading: Promise<void> = Promise.resolve()

  constructor ({ instruments, clock, windowMs = 5000 }: ProcessMetricsOptions) {
    this.#instruments = instruments
    this.#clock = clock
    this.#windowMs = windowMs
    const bytes = (name: string, help: string) => instruments.gauge({ name, help, unit: 'bytes' })
    const cpu = (name: string, help: string) => instruments.counter({ name, help, unit: 'seconds' }) as BoundCounter
    this.#cpuUser = cpu('process_cpu_user_seconds_total', 'User CPU time spent by the process.')
    this.#cpuSystem = cpu('process_cpu_system_seconds_total', 'System CPU time spent by the process.')
    this.#cpu = cpu('process_cpu_seconds_total', 'User and system CPU time spent by the process.')
    instruments.gauge({ name: 'process_start_time_seconds', help: 'When the process started, in seconds since the Unix epoch.', unit: 'seconds' })
      .set(performance.timeOrigin / 1000)
    this.#memory = {
      rss: bytes('process_resident_memory_bytes', 'Resident memory of the process.'),
      heapTotal: bytes('nodejs_heap_size_total_bytes', 'Size of the JavaScript heap.'),
      heapUsed: bytes('nodejs_heap_size_used_bytes', 'Used part of the JavaScript heap.'),
      external: bytes('nodejs_external_memory_bytes', 'Memory outside the heap that is bound to JavaScript objects.'),
      arrayBuffers: bytes('nodejs_array_buffer_memory_bytes', 'Memory of buffers; part of the external memory.')
    }
    this.#memoryUsageMb = instruments.gauge({ name: 'njord_memory_usage_mb', help: 'Resident memory of the process in MiB.' })
    const space = (part: string, key: 'space_size' | 'space_used_size' | 'space_available_size') => ({
      gauge: instruments.gauge({
        name: `nodejs_heap_space_size_${part}_bytes`, help: `Size of each space of the JavaScript heap: ${part}.`, unit: 'bytes', labelNames: ['space']
      }),
      key
    })
    this.#heapSpaces = [space('total', 'space_size'), space('used', 'space_used_size'), space('available', 'space_available_size')]
    this.#resources = instruments.gauge({
      name: 'nodejs_active_resources', help: 'What keeps the event loop alive (sockets, servers, timers, …), by type.', labelNames: ['type']
    })
  }

  start (): void {
    this.#proc = process.platform === 'linux' ? declareProcGauges(this.#instruments) : undefined
    this.#endCollecting = this.#instruments.onCollect(() => { this.#collect() })
    this.#timer = this.#clock.every(this.#windowMs, () => { this.#readSlowly() })
    this.#readSlowly()
  }

  /** Resolves when nothing of this is at work any more. */
  async close (): Promise<void> {
    this.#timer?.cancel()
    this.#endCollecting()
    await this.#reading
  }

  #collect (): void {
    const usage = process.memoryUsage()
    for (const key of Object.keys(this.#memory) as Array<keyof NodeJS.MemoryUsage>) this.#memory[key]!.set(usage[key])
    this.#memoryUsageMb.set(usage.rss / 2 ** 20)
    for (const statistics of getHeapSpaceStatistics()) {
      // prom-client's labels: `new` for V8's `new_space`.
      const space = statistics.space_name.replace(/_space$/, '')
      for (const { gauge, key } of this.#heapSpaces) gauge.set({ space }, statistics[key])
    }
    const counts = new Map<string, number>()
    for (const type of process.getActiveResourcesInfo()) counts.set(type, (counts.get(type) ?? 0) + 1)
    for (const type of counts.keys()) this.#resourceTypes.add(type)
    for (const type of this.#resourceTypes) this.#resources.set({ type }, counts.get(type) ?? 0)
  }

  #readSlowly (): void {
    const { user, system } = process.cpuUsage()
    this.#cpuUser.inc((user - this.#lastCpu.user) / 1e6)
    this.#cpuSystem.inc((system - this.#lastCpu.system) / 1e6)
    this.#cpu.inc((user + system - this.#lastCpu.user - this.#lastCpu.system) / 1e6)
    this.#lastCpu = { user, system }
    if (this.#proc !== undefined) this.#reading = readProc(this.#proc)
  }
}

interface ProcGauges {
  readonly openFds: Gauge
  readonly maxFds: Gauge
  readonly virtualMemory: Gauge
  readonly dataMemory: Gauge
}

function declareProcGauges (instruments: InstrumentFactory): ProcGauges {
  return {
    openFds: instruments.gauge({ name: 'process_open_fds', help: 'Open file descriptors.' }),
    maxFds: instruments.gauge({ name: 'process_max_fds', help: 'The most file descriptors that may be open.' }),
    virtualMemory: instruments.gauge({ name: 'process_virtual_memory_bytes', help: 'Virtual memory of the process.', unit: 'bytes' }),
    dataMemory: instruments.gauge({ name: 'process_heap_bytes', help: 'Data segment of the process.', unit: 'bytes' })
  }
}

/** Never rejects: a system without /proc keeps its gauges as they are. */
async function readProc ({ openFds, maxFds, virtualMemory, dataMemory }: ProcGauges): Promise<void> {
  try {
    const [descriptors, limits, status] = await Promise.all([
      readdir('/proc/self/fd'), readFile('/proc/self/limits', 'utf8'), readFile('/proc/self/status', 'utf8')
    ])
    openFds.set(descriptors.length)
    maxFds.set(Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? Infinity))
    virtualMemory.set(Number(/^VmSize:\s+(\d+) kB/m.exec(status)?.[1] ?? NaN) * 1024)
    dataMemory.set(Number(/^VmData:\s+(\d+) kB/m.exec(status)?.[1] ?? NaN) * 1024)
  } catch {}
}
