import { SystemClock } from '../clock/system-clock.js'
import type { Clock } from '../contracts/clock.js'
import type { InstrumentFactory } from '../contracts/instruments.js'
import { MetricRegistry } from '../metrics/registry.js'
import { EventLoopMetrics } from './event-loop-metrics.js'
import { GcMetrics } from './gc-metrics.js'
import { ProcessMetrics } from './process-metrics.js'

export interface RuntimeMetricsOptions {
  readonly instruments: InstrumentFactory
  /** @defaultValue the clock of the machine: a process has no other, not even while it replays a month in a minute */
  readonly clock?: Clock
  /** Names that somebody else exposes already (prom-client's `collectDefaultMetrics`): ours are left out. */
  readonly taken?: ReadonlySet<string>
  /** The version that `njord_build_info` tells. */
  readonly version: string
}

/** How Node and its process are doing. Nothing here is reset by being read. */
export class RuntimeMetrics {
  readonly #eventLoop: EventLoopMetrics
  readonly #gc: GcMetrics
  readonly #process: ProcessMetrics

  constructor ({ instruments, clock = new SystemClock(), taken = new Set(), version }: RuntimeMetricsOptions) {
    const own = withoutTaken(instruments, taken)
    this.#eventLoop = new EventLoopMetrics({ instruments: own, clock })
    this.#gc = new GcMetrics({ instruments: own })
    this.#process = new ProcessMetrics({ instruments: own, clock })
    own.gauge({ name: 'njord_build_info', help: 'Always 1; the version of njord-telemetry that runs.', labelNames: ['version'] }).set({ version }, 1)
    const [major, minor, patch] = process.versions.node.split('.') as [string, string, string]
    own.gauge({ name: 'nodejs_version_info', help: 'Always 1; the version of Node that runs.', labelNames: ['version', 'major', 'minor', 'patch'] })
      .set({ version: process.version, major, minor, patch }, 1)
  }

  start (): void {
    this.#eventLoop.start()
    this.#gc.start()
    this.#process.start()
  }

  async close (): Promise<void> {
    this.#eventLoop.close()
    this.#gc.close()
    await this.#process.close()
  }
}

/** A factory whose instruments of taken names go to a registry that nobody reads. */
function withoutTaken (instruments: InstrumentFactory, taken: ReadonlySet<string>): InstrumentFactory {
  const aside = new MetricRegistry()
  const factoryOf = (name: string): InstrumentFactory => taken.has(name) ? aside : instruments
  return {
    counter: declaration => factoryOf(declaration.name).counter(declaration),
    gauge: declaration => factoryOf(declaration.name).gauge(declaration),
    histogram: declaration => factoryOf(declaration.name).histogram(declaration),
    summary: declaration => factoryOf(declaration.name).summary(declaration),
    onCollect: callback => instruments.onCollect(callback)
  }
}
