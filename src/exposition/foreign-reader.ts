import { SystemClock } from '../clock/system-clock.js'
import type { Timer } from '../contracts/clock.js'
import type { MetricType } from '../contracts/instruments.js'
import type { PromMetric, PromSnapshot } from '../metrics/prom-bridge.js'
import type { MetricRegistry } from '../metrics/registry.js'
import type { ConstantLabels } from './constant-labels.js'
import { renderForeign } from './foreign.js'
import type { Format } from './lines.js'
import type { Slice } from './slice.js'

/** What is not ours waits in real time, whatever the clock of the registry says. */
const realTime = new SystemClock()

/** Reads the metrics of the host's own. One that throws, rejects or hangs is left out of the scrape, and logged once. */
export class ForeignReader {
  readonly #registry: MetricRegistry
  readonly #timeoutMs: number
  /** Questions without an answer yet: a metric that hangs is asked once. */
  readonly #asked = new Map<PromMetric, Promise<PromSnapshot>>()
  readonly #complained = new WeakSet<PromMetric>()

  constructor (registry: MetricRegistry, timeoutMs: number) {
    this.#registry = registry
    this.#timeoutMs = timeoutMs
  }

  /** Whether the host registered a metric, after ours, that would render a sample or a family of ours a second time. */
  clashes (metric: PromMetric): boolean {
    const isTaken = this.#registry.takes(metric.type as MetricType, this.#registry.foreignName(metric))
    if (isTaken) this.#complain(metric, new Error('a metric of ours has its name, or that of one of its samples'))
    return isTaken
  }

  /** Asks a metric for its samples; `undefined` when there is no answer. Never rejects. */
  async ask (metric: PromMetric): Promise<PromSnapshot | undefined> {
    let timer: Timer | undefined
    try {
      let answer = this.#asked.get(metric)
      if (answer === undefined) {
        answer = Promise.resolve(metric.get()).finally(() => { this.#asked.delete(metric) })
        this.#asked.set(metric, answer)
      }
      const timeout = new Promise<never>((_resolve, reject) => {
        timer = realTime.after(this.#timeoutMs, () => { reject(new Error(`no answer within ${this.#timeoutMs} ms`)) })
      })
      const snapshot: PromSnapshot | undefined = await Promise.race([answer, timeout])
      if (snapshot === undefined) throw new Error('get() gave nothing')
      return snapshot
    } catch (error) {
      this.#complain(metric, error)
      return undefined
    } finally {
      timer?.cancel()
    }
  }

  /** The lines of a metric: all of them, or none when one cannot be rendered. Never rejects. */
  async render (metric: PromMetric, snapshot: PromSnapshot, constant: ConstantLabels, format: Format, slice: Slice): Promise<string[]> {
    const texts: string[] = []
    try {
      for (const text of renderForeign({ ...snapshot, name: this.#registry.foreignName(metric) }, constant, format)) {
        texts.push(text)
        if (slice.isOver) await slice.next()
      }
      return texts
    } catch (error) {
      this.#complain(metric, error)
      return []
    }
  }

  #complain (metric: PromMetric, error: unknown): void {
    if (this.#complained.has(metric)) return
    this.#complained.add(metric)
    this.#registry.log.warn({ err: error, metric: metric.name }, `metric ${metric.name} of the host could not be read: it is left out`)
  }
}
