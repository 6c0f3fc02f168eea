import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { AnyFamily } from '../metrics/family.js'
import type { MetricRegistry } from '../metrics/registry.js'
import { ConstantLabels } from './constant-labels.js'
import { ForeignReader } from './foreign-reader.js'
import { header, layoutOf, sampleNamesOf, type Format } from './lines.js'
import { negotiateEncoding, negotiateFormat } from './negotiate.js'
import { Output } from './output.js'
import { RenderedBlock } from './rendered-block.js'
import { Slice } from './slice.js'

const compress = promisify(gzip)

export const CONTENT_TYPES: { readonly [format in Format]: string } = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8'
}

export interface ExpositionOptions {
  /** A metric of the host's that takes longer to collect is left out of the scrape. @defaultValue 5000 */
  readonly foreignTimeoutMs?: number
}

/** What the scraper asks for. */
export interface ScrapeRequest {
  /** The `Accept` header. */
  readonly accept?: string | undefined
  /** The `Accept-Encoding` header. */
  readonly acceptEncoding?: string | undefined
  /** Only these metrics or samples, as `name[]` of other client libraries; all when empty. */
  readonly names?: readonly string[] | undefined
}

export interface Scrape {
  readonly body: Buffer
  readonly contentType: string
  readonly contentEncoding: 'gzip' | undefined
}

interface RenderedFamily {
  readonly family: AnyFamily
  readonly header: string
  readonly names: ReadonlySet<string>
  /** The names of the labels of its samples. */
  readonly labels: readonly string[]
  readonly blocks: RenderedBlock[]
}

/**
 * Renders a registry for scrapers. The format is chosen per request and a rendering changes nothing: any number of
 * scrapers see the same figures. It lets the event loop go on every millisecond, whatever the number of series; each
 * series is of one instant, a whole scrape is not. Scrapes that come while one is under way share it.
 *
 * Between scrapes the rendered bytes are kept, in each format that was asked for: some 100 bytes a line.
 */
export class Exposition {
  readonly #registry: MetricRegistry
  readonly #foreign: ForeignReader
  readonly #rendered = new Map<Format, Map<AnyFamily, RenderedFamily>>()
  /** Renderings and compressions under way, by what they are of. */
  readonly #underWay = new Map<string, Promise<Buffer>>()
  readonly #lastLength = new Map<Format, number>()
  readonly #lastVersion = new Map<Format, number>()

  constructor (registry: MetricRegistry, { foreignTimeoutMs = 5000 }: ExpositionOptions = {}) {
    this.#registry = registry
    this.#foreign = new ForeignReader(registry, foreignTimeoutMs)
  }

  /** Renders the metrics. Never rejects: a foreign metric that fails is left out, and logged once. */
  async scrape (request: ScrapeRequest = {}): Promise<Scrape> {
    const format = negotiateFormat(request.accept)
    const contentEncoding = negotiateEncoding(request.acceptEncoding)
    const names = new Set(request.names ?? [])
    const key = JSON.stringify([format, ...[...names].sort()])
    const plain = async (): Promise<Buffer> => await this.#share(key, async () => await this.#render(format, names))
    const body = contentEncoding === 'gzip'
      // The pool of threads does it; level 1 costs a quarter of level 6 for somewhat larger bodies.
      ? await this.#share(`gzip ${key}`, async () => await compress(await plain(), { level: 1 }))
      : await plain()
    return { body, contentType: CONTENT_TYPES[format], contentEncoding }
  }

  async #share (key: string, work: () => Promise<Buffer>): Promise<Buffer> {
    let promise = this.#underWay.get(key)
    if (promise === undefined) {
      promise = work().finally(() => { this.#underWay.delete(key) })
      this.#underWay.set(key, promise)
    }
    return await promise
  }

  async #render (format: Format, names: ReadonlySet<string>): Promise<Buffer> {
    this.#registry.collect()
    const constant = new ConstantLabels(this.#registry.defaultLabels())
    const output = new Output(names.size === 0 ? (this.#lastLength.get(format) ?? 0) + 4096 : 0)
    const slice = new Slice()
    // All are asked before any is awaited: those that have to wait for something themselves do so together.
    const foreign = this.#registry.foreign()
      .filter(metric => !this.#foreign.clashes(metric))
      .filter(metric => names.size === 0 || intersects(sampleNamesOf(metric.type, this.#registry.foreignName(metric)), names))
      .map(metric => ({ metric, asked: this.#foreign.ask(metric) }))
    for (const rendered of this.#families(format)) {
      if (names.size > 0 && !intersects(rendered.names, names)) continue
      output.appendText(rendered.header)
      const constantLabels = constant.pairsBesides(rendered.labels)
      for (let i = 0; i < rendered.family.blocks.length; i++) {
        const block = rendered.blocks[i] ??= new RenderedBlock(rendered.family, i, format, layoutOf(rendered.family, format))
        block.refresh(constantLabels)
        output.append(block.bytes, block.length)
        if (slice.isOver) await slice.next()
      }
    }
    for (const { metric, asked } of foreign) {
      const snapshot = await asked
      if (snapshot === undefined) continue
      for (const text of await this.#foreign.render(metric, snapshot, constant, format, slice)) output.appendText(text)
    }
    if (format === 'openmetrics') output.appendText('# EOF\n')
    if (names.size === 0) this.#lastLength.set(format, output.length)
    return output.finish()
  }

  /** The rendered families in this format, in the order of their registration. */
  #families (format: Format): Iterable<RenderedFamily> {
    let families = this.#rendered.get(format)
    if (families === undefined || this.#lastVersion.get(format) !== this.#registry.version) {
      const known = families
      families = new Map(this.#registry.families().map(family => [family, known?.get(family) ?? {
        family,
        header: header(family, format),
        names: sampleNamesOf(family.type, family.name),
        labels: [...family.labelNames, ...family.type === 'histogram' ? ['le'] : family.type === 'summary' ? ['quantile'] : []],
        blocks: []
      }]))
      this.#rendered.set(format, families)
      this.#lastVersion.set(format, this.#registry.version)
    }
    return families.values()
  }
}

function intersects (some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  for (const name of others) if (some.has(name)) return true
  return false
}
