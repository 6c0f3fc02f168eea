import { readFile, stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { RuleEngine, type RuleEngineOptions } from '../../../src/alerting/rules/rule-engine.js'
import { VirtualClock } from '../../../src/clock/virtual-clock.js'
import type { PostedAlert } from '../../../src/contracts/alert.js'
import { labelsKey, type Labels } from '../../../src/contracts/labels.js'
import type { AlertStatus, RuleStatus } from '../../../src/contracts/rule-status.js'
import { Exposition } from '../../../src/exposition/exposition.js'
import { MetricRegistry } from '../../../src/metrics/registry.js'
import { PromqlEngine } from '../../../src/promql/engine.js'
import { SeriesStore } from '../../../src/series/series-store.js'

const START = Date.UTC(2024, 0, 1)

/** Everything that rules need: a store in which gauges have a sample every fifteen seconds, on a virtual clock. */
export class RuleFloor {
  readonly clock: VirtualClock
  readonly store: SeriesStore
  readonly registry: MetricRegistry
  readonly engine: RuleEngine
  readonly posts: PostedAlert[] = []
  readonly logged: string[] = []
  /** Queries answer when this has resolved. */
  gate: Promise<void> | undefined
  readonly #values = new Map<string, { readonly labels: Labels, value: number }>()

  constructor (options: Partial<RuleEngineOptions> = {}, startMs = START) {
    this.clock = new VirtualClock(startMs)
    this.store = new SeriesStore({ clock: this.clock })
    const note = (_: object, message: string): void => { this.logged.push(message) }
    const log = { info () {}, warn: note, error: note }
    this.registry = new MetricRegistry({ clock: this.clock, log })
    const queries = new PromqlEngine({ queryable: this.store, clock: this.clock })
    this.engine = new RuleEngine({
      engine: {
        vector: async (expr, atMs) => {
          await this.gate
          return await queries.vector(expr, atMs)
        }
      },
      store: this.store,
      instruments: this.registry,
      clock: this.clock,
      log,
      sink: { post: alerts => { this.posts.push(...alerts) } },
      ...options
    })
  }

  series (name: string): Labels {
    return ['__name__', name, 'strategy', 's']
  }

  /** What a series is from now on. */
  set (labels: Labels, value: number): void {
    this.#values.set(labelsKey(labels), { labels, value })
  }

  /** Ends the series whose last label has this value. */
  drop (lastValue: string): void {
    for (const [key, { labels }] of this.#values) if (labels.at(-1) === lastValue) this.#values.delete(key)
  }

  /** Lets time go on, and all evaluations with it. */
  async run (ms: number): Promise<void> {
    const endMs = this.clock.nowMs() + ms
    while (this.clock.nowMs() < endMs) {
      for (const { labels, value } of this.#values.values()) this.store.append(labels, this.clock.nowMs(), value)
      this.clock.advance(Math.min(15_000, endMs - this.clock.nowMs()))
      await this.engine.settled()
    }
  }

  /** Lets time go on for so long, and stays in the evaluation that falls due; until what it returns is called, no query answers. */
  async stay (ms: number): Promise<() => Promise<void>> {
    let open = (): void => {}
    this.gate = new Promise(resolve => { open = resolve })
    this.clock.advance(ms)
    await delay(1)
    return async () => {
      this.gate = undefined
      open()
      await this.engine.settled()
      await delay(1)
    }
  }

  rule (name: string): RuleStatus | undefined {
    return this.engine.ruleGroups().flatMap(({ rules }) => rules).find(rule => rule.name === name)
  }

  alert (name: string): AlertStatus | undefined {
    const rule = this.rule(name)
    return rule?.kind === 'alerting' ? rule.alerts[0] : undefined
  }

  /** A series of the exposition; `undefined` where there is none. */
  async metric (series: string): Promise<number | undefined> {
    const text = (await new Exposition(this.registry).scrape({})).body.toString()
    const line = text.split('\n').find(line => line.startsWith(`${series} `))
    return line === undefined ? undefined : Number(line.slice(series.length + 1))
  }

  /** Resolves when the file of the alerts' state has all of these words, and the time of the last minute. */
  async written (path: string, ...words: readonly string[]): Promise<void> {
    for (let i = 0; i < 500; i++) {
      const text = await readFile(path, 'utf8').catch(() => '')
      if (words.every(word => text.includes(word)) && (await stat(path)).mtimeMs > this.clock.nowMs() - 60_000) return
      await delay(10)
    }
    throw new Error('the state was not written')
  }
}
