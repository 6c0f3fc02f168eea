import type { Bus, MessageHandler, Subscription } from '../../src/contracts/bus.js'
import type { WindowRecord, WindowSink } from '../../src/contracts/window.js'
import { MemoryBus } from '../../src/bus/memory-bus.js'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { Exposition } from '../../src/exposition/exposition.js'
import { MetricRegistry } from '../../src/metrics/registry.js'
import { MetricAggregator, type MetricAggregatorOptions } from '../../src/aggregation/metric-aggregator.js'
import { Publisher, type PublisherOptions } from '../../src/aggregation/publisher.js'
import { RecordedLog } from '../bus/bus-contract.js'

/** A Tuesday, 2024-01-02 00:00 UTC: a window of every resolution begins. */
export const START_MS = Date.UTC(2024, 0, 2)

export class RecordedWindows implements WindowSink {
  readonly records: WindowRecord[] = []

  write (records: readonly WindowRecord[]): void {
    this.records.push(...records)
  }

  of (name: string, resolution = '1m'): WindowRecord[] {
    return this.records.filter(record => record.name === name && record.resolution === resolution)
  }
}

/** A clock, a bus, and what is started on them. */
export function scene (bus?: (clock: VirtualClock) => Bus) {
  const clock = new VirtualClock(START_MS)
  const log = new RecordedLog()
  const shared = bus?.(clock) ?? new MemoryBus({ clock })
  const windows = new RecordedWindows()
  return {
    clock,
    log,
    bus: shared,
    windows,
    /** A process that publishes; it flushes by hand, unless told otherwise. */
    publisher (instance: string, options: Partial<PublisherOptions> = {}) {
      const registry = new MetricRegistry({ clock })
      return { registry, publisher: new Publisher({ registry, bus: shared, clock, log, instance, flushMs: 1e12, ...options }) }
    },
    async aggregator (options: Partial<MetricAggregatorOptions> = {}) {
      const registry = options.registry ?? new MetricRegistry({ clock })
      const aggregator = new MetricAggregator({ bus: shared, clock, log, sink: windows, ...options, registry })
      await aggregator.start()
      return { registry, aggregator }
    }
  }
}

/** The lines of an exposition that begin with one of the names. */
export async function lines (registry: MetricRegistry, ...names: string[]): Promise<string[]> {
  const { body } = await new Exposition(registry).scrape()
  return body.toString().split('\n').filter(line => names.some(name => line.startsWith(name)))
}

/** A bus whose messages on one topic go through `deliver`, which may drop, repeat or keep them. */
export class DisturbedBus implements Bus {
  readonly #inner: Bus
  readonly #topic: string
  disturb: (payload: unknown, deliver: (payload: unknown) => void) => void = (payload, deliver) => { deliver(payload) }

  constructor (inner: Bus, topic: string) {
    this.#inner = inner
    this.#topic = topic
  }

  publish (topic: string, payload: unknown): void {
    if (topic !== this.#topic) return this.#inner.publish(topic, payload)
    this.disturb(payload, each => { this.#inner.publish(topic, each) })
  }

  subscribe<P = unknown> (topic: string, handler: MessageHandler<P>): Subscription {
    return this.#inner.subscribe(topic, handler)
  }

  async ready (): Promise<void> {
    await this.#inner.ready()
  }

  async close (): Promise<void> {
    await this.#inner.close()
  }
}

/** A bus that can be away: it never is ready then, and drops what is published. */
export class AbsentBus extends DisturbedBus {
  #back: Promise<void> | undefined
  #return: () => void = () => {}

  leave (): void {
    this.#back = new Promise(resolve => { this.#return = resolve })
    this.disturb = () => {}
  }

  comeBack (): void {
    this.#back = undefined
    this.disturb = (payload, deliver) => { deliver(payload) }
    this.#return()
  }

  override async ready (): Promise<void> {
    await this.#back
  }
}
