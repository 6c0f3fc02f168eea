import { isMap, isScalar, isSeq, type Node } from 'yaml'
import { parseDuration } from '../../promql/duration.js'
import { plainNumber, tagOf, YamlTree, type Problem, type YamlNode } from '../yaml-tree.js'

/** What is to be done with the value of each key that may be there. */
export type Fields = Readonly<Record<string, (value: YamlNode) => void>>

/**
 * Reads YAML into known shapes, as strictly as Prometheus does (yaml.v3 with known fields), and gathers what is wrong in its words. Of
 * several documents the first counts.
 */
export class YamlReader {
  readonly problems: Problem[] = []
  readonly root: YamlNode
  readonly #tree: YamlTree

  constructor (text: string) {
    this.#tree = new YamlTree(text, '1.2')
    this.problems.push(...this.#tree.problems)
    this.root = this.problems.length === 0 ? this.#tree.root : undefined
  }

  /** Notes what is wrong at a value, or at the one that it should have been in. */
  readonly refuse = (at: YamlNode, message: string): void => { this.problems.push(this.#tree.problemAt(at, message)) }

  /** Reads a mapping. `type` is what Prometheus calls it. */
  struct (node: YamlNode, type: string, fields: Fields): void {
    if (node === undefined) return
    if (!isMap(node)) return this.#mismatch(node, type)
    for (const [key, value, keyNode] of this.#tree.entries(node, this.refuse)) {
      if (Object.hasOwn(fields, key)) fields[key]!(value)
      else this.refuse(keyNode, `field ${key} not found in type ${type}`)
    }
  }

  /** As in yaml.v3, what is null in a list is not of it. */
  list (node: YamlNode, type: string): YamlNode[] {
    if (node === undefined) return []
    if (isSeq(node)) return node.items.map(item => this.#tree.resolved(item, this.refuse)).filter(item => item !== undefined)
    this.#mismatch(node, `[]${type}`)
    return []
  }

  /** Texts by name, in the order of names. */
  textMap (node: YamlNode): Map<string, { text: string, node: YamlNode }> {
    if (node === undefined) return new Map()
    if (!isMap(node)) this.#mismatch(node, 'map[string]string')
    const entries = this.#tree.entries(node, this.refuse).sort(([a], [b]) => a < b ? -1 : 1)
    return new Map(entries.map(([key, value, keyNode]) => [key, { text: this.text(value), node: value ?? keyNode }]))
  }

  /** A text; numbers and the like count as they are written. */
  text (node: YamlNode): string {
    if (node === undefined) return ''
    if (isScalar(node)) return typeof node.value === 'string' ? node.value : node.source ?? String(node.value)
    this.#mismatch(node, 'string')
    return ''
  }

  integer (node: YamlNode): number {
    const number = this.number(node, 'int')
    if (number < 2 ** 63) return Math.trunc(number)
    this.#mismatch(node!, 'int')
    return 0
  }

  number (node: YamlNode, type = 'float64'): number {
    if (node === undefined) return 0
    const plain = plainNumber(node)
    if (plain !== undefined) return plain.value
    if (isScalar(node) && typeof node.value === 'number') return node.value
    this.#mismatch(node, type)
    return 0
  }

  /** Where a boolean is wanted, yaml.v3 takes some words of YAML 1.1 for one. */
  boolean (node: YamlNode): boolean {
    if (node === undefined) return false
    const value = isScalar(node) ? node.value : undefined
    if (typeof value === 'boolean') return value
    if (['y', 'Y', 'yes', 'on'].includes(value as string)) return true
    if (!['n', 'N', 'no', 'off'].includes(value as string)) this.#mismatch(node, 'bool')
    return false
  }

  /** Milliseconds of a duration as in `1h30m`; `undefined` where there is none. */
  duration (node: YamlNode): number | undefined {
    if (node === undefined) return undefined
    const ms = parseDuration(this.text(node))
    if (typeof ms === 'number') return ms
    if (isScalar(node)) this.refuse(node, ms)
    return undefined
  }

  #mismatch (node: Node, type: string): void {
    const text = isScalar(node) ? node.source ?? String(node.value) : ''
    const found = isScalar(node) ? ` \`${text.length > 10 ? `${text.slice(0, 7)}...` : text}\`` : ''
    this.refuse(node, `cannot unmarshal ${tagOf(node)}${found} into ${type}`)
  }
}
