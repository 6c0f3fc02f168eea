import { isMap, isScalar, isSeq, type Node } from 'yaml'
import { goQuote } from '../../../promql/go-text.js'
import { NJORD_ERR_ROUTING_FILE } from '../../../errors.js'
import { plainNumber, tagOf, YamlTree, type Problem, type YamlNode } from '../../yaml-tree.js'

/** A value of a YAML file with its place; what it is not refuses with `FILE:LINE:COLUMN: problem`, in the words of Alertmanager. */
export class YamlValue {
  readonly #tree: YamlTree
  readonly #file: string
  readonly #node: YamlNode
  /** Where problems are said to be. */
  readonly #at: YamlNode

  constructor (tree: YamlTree, file: string, node: YamlNode, at = node) {
    this.#tree = tree
    this.#file = file
    this.#node = node
    this.#at = node ?? at
  }

  /** The first document of `text`; throws `NJORD_ERR_ROUTING_FILE` for what is no YAML. Keys and words are those of YAML 1.1, as in Alertmanager. */
  static parse (text: string, file: string): YamlValue {
    const tree = new YamlTree(text, '1.1')
    const problem = tree.problems[0]
    if (problem !== undefined) throw placed(file, problem)
    return new YamlValue(tree, file, tree.root)
  }

  /** Whether there is nothing: `~`, or a key without a value. */
  get isNull (): boolean {
    return this.#node === undefined
  }

  get isMap (): boolean {
    return isMap(this.#node)
  }

  /** Throws `NJORD_ERR_ROUTING_FILE` at the place of this value. */
  fail (problem: string): never {
    return this.#refuse(this.#at, problem)
  }

  /** The values by key; a key that is none of `known` refuses. */
  fields (known?: readonly string[]): Map<string, YamlValue> {
    if (this.#node === undefined) return new Map()
    if (!isMap(this.#node)) this.mismatch('struct')
    const entries = this.#tree.entries(this.#node, this.#refuse)
    const stranger = known === undefined ? undefined : entries.find(([name]) => !known.includes(name))
    if (stranger !== undefined) this.#refuse(stranger[2], `field ${stranger[0]} not found, expected one of ${known!.join(', ')}`)
    return new Map(entries.map(([name, value, key]) => [name, this.#of(value, key)]))
  }

  items (): YamlValue[] {
    if (this.#node === undefined) return []
    if (!isSeq(this.#node)) return this.mismatch('list')
    return this.#node.items.map(item => this.#of(this.#tree.resolved(item, this.#refuse)))
  }

  /** Any scalar as it is written; `''` for nothing. */
  string (): string {
    if (this.#node === undefined) return ''
    if (!isScalar(this.#node)) return this.mismatch('string')
    const { value, source } = this.#node
    return typeof value === 'string' ? value : source ?? String(value)
  }

  boolean (): boolean {
    if (this.isNull) return false
    return isScalar(this.#node) && typeof this.#node.value === 'boolean' ? this.#node.value : this.mismatch('bool')
  }

  /**
   * A whole number of 64 bits, not below `least`, which is 0 for one without a sign. As in Go, a fraction is cut off; and only what is written as a
   * whole number is refused for being below.
   */
  integer (least: 0 | undefined = undefined): number {
    if (this.isNull) return 0
    const value = this.#wholeNumber(least === 0 ? 2 ** 64 : 2 ** 63 - 1024)
    const isInteger = plainNumber(this.#node)?.isInteger ?? Number.isInteger(value)
    if (value === undefined || (isInteger && value < (least ?? -Infinity))) return this.mismatch(least === 0 ? 'uint64' : 'int64')
    return Math.max(value, least ?? -(2 ** 63))
  }

  /** A whole number of nanoseconds in milliseconds; `undefined` for what is no number. */
  nanoseconds (): number | undefined {
    if (!isScalar(this.#node) || typeof this.#node.value !== 'number') return undefined
    return (this.#wholeNumber(2 ** 63 - 1024) ?? this.mismatch('time.Duration')) / 1e6
  }

  strings (): string[] {
    return this.items().map(item => item.string())
  }

  /** As plain JavaScript values. */
  plain (): unknown {
    return this.#tree.plain(this.#node)
  }

  mismatch (wanted: string): never {
    const text = isScalar(this.#node) ? this.#node.source ?? String(this.#node.value) : undefined
    return this.fail(`cannot unmarshal ${tagOf(this.#node)}${text === undefined ? '' : ` \`${text.length > 10 ? `${text.slice(0, 7)}...` : text}\``} into ${wanted}`)
  }

  readonly #refuse = (at: Node | undefined, problem: string): never => { throw placed(this.#file, this.#tree.problemAt(at, problem)) }

  #wholeNumber (most: number): number | undefined {
    const value = isScalar(this.#node) ? this.#node.value : undefined
    return typeof value === 'number' && value <= most ? Math.trunc(value) : undefined
  }

  #of (node: YamlNode, at = this.#at): YamlValue {
    return new YamlValue(this.#tree, this.#file, node, at)
  }
}

const placed = (file: string, { line, column, message }: Problem): Error => new NJORD_ERR_ROUTING_FILE(`${file}:${line}:${column}: ${message}`)

/** Go's `%q`. */
export const quoted = goQuote
