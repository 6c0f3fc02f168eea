import type { Timer } from '../contracts/clock.js'
import { VirtualClock } from '../clock/virtual-clock.js'
import { ConstantLabels } from '../exposition/constant-labels.js'
import { ForeignReader } from '../exposition/foreign-reader.js'
import { Slice } from '../exposition/slice.js'
import type { AnyFamily } from '../metrics/family.js'
import type { PromMetric } from '../metrics/prom-bridge.js'
import type { MetricRegistry } from '../metrics/registry.js'
import type { SeriesRef } from '../series/series-index.js'
import type { SeriesStore } from '../series/series-store.js'
import { FamilySource } from './family-source.js'
import { ForeignSource } from './foreign-source.js'
import { storedLabels, type TargetLabels } from '../contracts/target-labels.js'

/** A metric of the host's that takes longer to collect is left out. */
const FOREIGN_TIMEOUT_MS = 5000

/** A timer that is late by no more is taken for punctual: even steps compress best, as in Prometheus (scrape.go, AlignScrapeTimestamps). */
const TOLERANCE_MS = 10

export interface SamplerOptions {
  readonly registry: MetricRegistry
  readonly store: SeriesStore
  /** A whole number of milliseconds. */
  readonly intervalMs: number
  readonly job: string
  readonly instance: string
}

/**
 * Writes a registry to a store at intervals, as a Prometheus that scraped the host would: with `job` and `instance`, with
 * `up`, and with staleness marks for series that are gone. It goes by the registry's clock. On a real one it lets the
 * event loop go on every millisecond; on a virtual one, which stands still meanwhile, a sampling is one turn, but for the
 * metrics of the host's own, which are asked for and come when they come.
 */
export class Sampler {
  readonly #registry: MetricRegistry
  readonly #store: SeriesStore
  readonly #intervalMs: number
  readonly #target: TargetLabels
  readonly #yields: boolean
  readonly #originMs: number
  readonly #reader: ForeignReader
  readonly #reports: { readonly up: SeriesRef, readonly duration: SeriesRef, readonly samples: SeriesRef }
  #families = new Map<AnyFamily, FamilySource>()
  #foreign = new Map<PromMetric, ForeignSource>()
  #version = -1
  #constant: { readonly parts: readonly unknown[], readonly labels: ConstantLabels } = { parts: [], labels: new ConstantLabels() }
  #timer: Timer | undefined
  #lastMs = -Infinity
  #underWay: Promise<void> | undefined
  #isFailing = false
  #isClosed = false

  constructor ({ registry, store, intervalMs, job, instance }: SamplerOptions) {
    this.#registry = registry
    this.#store = store
    this.#intervalMs = intervalMs
    this.#target = { job, instance }
    this.#yields = !(registry.clock instanceof VirtualClock)
    this.#originMs = Math.trunc(registry.clock.nowMs())
    this.#reader = new ForeignReader(registry, FOREIGN_TIMEOUT_MS)
    const report = (name: string): SeriesRef => store.ref(storedLabels(name, {}, this.#target))
    this.#reports = { up: report('up'), duration: report('scrape_duration_seconds'), samples: report('scrape_samples_scraped') }
  }

  /** Samples after each interval from now on. */
  start (): void {
    const nowMs = this.#registry.clock.nowMs()
    this.#timer = this.#registry.clock.after(this.#gridMs(nowMs) + this.#intervalMs - nowMs, () => {
      this.start()
      // What takes longer than an interval costs the one that it runs into.
      if (this.#underWay === undefined || !this.#yields) this.sample() // it never rejects
    })
  }

  /** Samples now. Never rejects. */
  async sample (): Promise<void> {
    const isFirst = this.#underWay === undefined
    const sampling = this.#sample(isFirst).catch((error: unknown) => { this.#complain(error) })
    if (!isFirst) return await sampling
    this.#underWay = sampling.finally(() => { this.#underWay = undefined })
    await this.#underWay
  }

  /** Ends sampling, and every series with it. */
  close (): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#timer?.cancel()
    const atMs = Math.max(Math.trunc(this.#registry.clock.nowMs()), this.#lastMs + 1)
    for (const source of [...this.#families.values(), ...this.#foreign.values()]) source.markStale(atMs, true)
    for (const ref of Object.values(this.#reports)) this.#store.staleRef(ref, atMs)
  }

  /** @param withForeign whether no earlier sampling still waits for the host's own metrics */
  async #sample (withForeign: boolean): Promise<void> {
    const { clock } = this.#registry
    const startedSeconds = clock.monotonicSeconds()
    const atMs = this.#stampMs()
    this.#lastMs = atMs
    this.#registry.collect()
    const constant = this.#constantLabels()
    const slice = new Slice()
    // All are asked before any is awaited: those that have to wait for something themselves do so together.
    const foreign = withForeign ? this.#askForeign() : []
    let samples = 0
    const gone = this.#update()
    for (const source of this.#families.values()) {
      for (let i = 0; i < source.blocks; i++) {
        samples += source.sample(i, atMs, constant, this.#target)
        if (this.#yields && slice.isOver) await slice.next()
        if (this.#isClosed) return
      }
      source.markStale(atMs)
    }
    for (const source of gone) source.markStale(atMs, true)
    for (const { metric, source, asked } of foreign) {
      const snapshot = await asked
      if (this.#isClosed) return
      // One that gives no answer is not in the scrape: its series end.
      const named = { type: metric.type, help: '', values: [], ...snapshot, name: this.#registry.foreignName(metric) }
      try {
        samples += source.sample(named, atMs, constant, this.#target)
      } catch (error) {
        this.#complain(error)
      }
      source.markStale(atMs)
      if (this.#yields && slice.isOver) await slice.next()
    }
    // Time may have gone on meanwhile, and a later sampling reported.
    if (atMs === this.#lastMs) {
      this.#store.appendRef(this.#reports.up, atMs, 1)
      this.#store.appendRef(this.#reports.duration, atMs, clock.monotonicSeconds() - startedSeconds)
      this.#store.appendRef(this.#reports.samples, atMs, samples)
    }
    this.#store.evict()
  }

  #complain (error: unknown): void {
    if (!this.#isFailing) this.#registry.log.error({ err: error }, 'a sampling failed, or a part of it; the next one is tried all the same')
    this.#isFailing = true
  }

  /** Follows what came to the registry and went; returns the sources of what went. */
  #update (): FamilySource[] {
    if (this.#version === this.#registry.version) return []
    this.#version = this.#registry.version
    const known = this.#families
    this.#families = new Map(this.#registry.families().map(family => [family, known.get(family) ?? new FamilySource(family, this.#store)]))
    return [...known].filter(([family]) => !this.#families.has(family)).map(([, source]) => source)
  }

  #askForeign () {
    const known = this.#foreign
    this.#foreign = new Map()
    const asked = this.#registry.foreign().filter(metric => !this.#reader.clashes(metric)).map(metric => {
      const source = known.get(metric) ?? new ForeignSource(this.#store)
      this.#foreign.set(metric, source)
      return { metric, source, asked: this.#reader.ask(metric) }
    })
    for (const [metric, source] of known) if (!this.#foreign.has(metric)) source.markStale(this.#lastMs, true)
    return asked
  }

  /** The same object for as long as the host's labels for all series are the same. */
  #constantLabels (): ConstantLabels {
    const labels = this.#registry.defaultLabels() ?? {}
    const parts = Object.entries(labels).flat()
    const known = this.#constant.parts
    if (parts.length !== known.length || parts.some((part, i) => part !== known[i])) this.#constant = { parts, labels: new ConstantLabels(labels) }
    return this.#constant.labels
  }

  #stampMs (): number {
    const nowMs = this.#registry.clock.nowMs()
    const gridMs = this.#gridMs(nowMs)
    return Math.abs(nowMs - gridMs) <= Math.min(TOLERANCE_MS, this.#intervalMs / 100) ? gridMs : Math.trunc(nowMs)
  }

  /** The whole number of intervals since the start that is nearest. */
  #gridMs (nowMs: number): number {
    return this.#originMs + Math.round((nowMs - this.#originMs) / this.#intervalMs) * this.#intervalMs
  }
}
