import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Document, type Node, type Pair, type YAMLMap } from 'yaml'
import { goQuote } from '../../../promql/go-text.js'
import { NJORD_ERR_ROUTING_FILE } from '../../../errors.js'

/** A value of a YAML file with its place; what it is not refuses with `FILE:LINE:COLUMN: problem`, in the words of Alertmanager. */
export class YamlValue {
  readonly #document: Document
  readonly #lines: LineCounter
  readonly #file: string
  readonly #node: Node | null | undefined

  constructor (document: Document, lines: LineCounter, file: string, node: Node | null | undefined) {
    this.#document = document
    this.#lines = lines
    this.#file = file
    this.#node = this.#resolve(node)
  }

  /** The first document of `text`; throws `NJORD_ERR_ROUTING_FILE` for what is no YAML. Keys and words are those of YAML 1.1, as in Alertmanager. */
  static parse (text: string, file: string): YamlValue {
    const lines = new LineCounter()
    const parsed = parseAllDocuments(text, { version: '1.1', lineCounter: lines, prettyErrors: false, merge: true })
    const document = Array.isArray(parsed) ? parsed[0] : undefined
    if (document === undefined) return new YamlValue(parsed as unknown as Document, lines, file, null)
    const problem = document.errors[0]
    if (problem !== undefined) throw new NJORD_ERR_ROUTING_FILE(`${placed(file, lines, problem.pos[0])}: yaml: ${problem.message}`)
    return new YamlValue(document as Document, lines, file, document.contents as Node | null)
  }

  /** Whether there is nothing: `~`, or a key without a value. */
  get isNull (): boolean {
    return this.#node === null || this.#node === undefined || (isScalar(this.#node) && this.#node.value === null)
  }

  get isMap (): boolean {
    return isMap(this.#node)
  }

  /** Throws `NJORD_ERR_ROUTING_FILE` at the place of this value. */
  fail (problem: string): never {
    throw new NJORD_ERR_ROUTING_FILE(`${placed(this.#file, this.#lines, this.#node?.range?.[0] ?? 0)}: ${problem}`)
  }

  /** The values by key; a key that is none of `known` refuses. */
  fields (known?: readonly string[]): Map<string, YamlValue> {
    const found = new Map<string, YamlValue>()
    if (this.isNull) return found
    if (!isMap(this.#node)) this.mismatch('struct')
    for (const { key, value } of this.#pairs(this.#node as YAMLMap)) {
      const name = String((key as { value: unknown }).value)
      if (known !== undefined && !known.includes(name)) this.#of(key as Node).fail(`field ${name} not found, expected one of ${known.join(', ')}`)
      if (!found.has(name)) found.set(name, this.#of(value as Node | null))
    }
    return found
  }

  items (): YamlValue[] {
    if (this.isNull) return []
    if (!isSeq(this.#node)) this.mismatch('list')
    return (this.#node as { items: unknown[] }).items.map(item => this.#of(item as Node))
  }

  /** Any scalar as it is written; `''` for nothing. */
  string (): string {
    if (this.isNull) return ''
    if (!isScalar(this.#node)) return this.mismatch('string')
    const { value, source } = this.#node
    return typeof value === 'string' ? value : source ?? String(value)
  }

  boolean (): boolean {
    if (this.isNull) return false
    return isScalar(this.#node) && typeof this.#node.value === 'boolean' ? this.#node.value : this.mismatch('bool')
  }

  /** A whole number, not below `least`; as in Alertmanager, a fraction is cut off. */
  integer (least = -Infinity): number {
    if (this.isNull) return 0
    const value = isScalar(this.#node) ? this.#node.value : undefined
    if (typeof value !== 'number' || !Number.isFinite(value) || value < least) return this.mismatch(least === 0 ? 'uint64' : 'int')
    return Math.trunc(value)
  }

  strings (): string[] {
    return this.items().map(item => item.string())
  }

  /** As plain JavaScript values. */
  plain (): unknown {
    return this.isNull ? null : this.#node!.toJS(this.#document) as unknown
  }

  mismatch (wanted: string): never {
    const text = isScalar(this.#node) ? this.#node.source ?? String(this.#node.value) : ''
    const kind = isMap(this.#node) ? '!!map' : isSeq(this.#node) ? '!!seq' : `${tagOf((this.#node as { value?: unknown } | null | undefined)?.value)} \`${text.length > 10 ? `${text.slice(0, 7)}...` : text}\``
    return this.fail(`cannot unmarshal ${kind} into ${wanted}`)
  }

  * #pairs (map: YAMLMap): Generator<Pair> {
    const merged: Pair[] = []
    for (const pair of map.items as Pair[]) {
      if (isScalar(pair.key) && (pair.key.value === '<<' || typeof pair.key.value === 'symbol')) merged.push(pair)
      else yield pair
    }
    for (const { value } of merged) {
      const source = this.#resolve(value)
      for (const part of isSeq(source) ? source.items : [source]) {
        const node = this.#resolve(part)
        if (isMap(node)) yield * this.#pairs(node)
      }
    }
  }

  #resolve (node: unknown): Node | null | undefined {
    if (!isAlias(node)) return node as Node | null | undefined
    const target = node.resolve(this.#document)
    const at = node.range?.[0] ?? 0
    const [from, to] = target?.range ?? [at + 1, at + 1]
    if (at >= from && at < to) throw new NJORD_ERR_ROUTING_FILE(`${placed(this.#file, this.#lines, at)}: yaml: anchor '${node.source}' value contains itself`)
    return target
  }

  #of (node: Node | null | undefined): YamlValue {
    return new YamlValue(this.#document, this.#lines, this.#file, node)
  }
}

function placed (file: string, lines: LineCounter, at: number): string {
  const { line, col } = lines.linePos(at)
  return `${file}:${Math.max(line, 1)}:${Math.max(col, 1)}`
}

function tagOf (value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? '!!int' : '!!float'
  return typeof value === 'boolean' ? '!!bool' : '!!str'
}

/** Go's `%q`. */
export const quoted = goQuote
