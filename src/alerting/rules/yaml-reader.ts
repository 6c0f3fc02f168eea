import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Document, type Node } from 'yaml'
import { parseDuration } from '../../promql/duration.js'

/** What is wrong with a file, and where: lines and columns count from 1. */
export interface Problem {
  readonly line: number
  readonly column: number
  readonly message: string
}

/** A value in a file; `undefined` where there is none, or a `null`. */
export type YamlNode = Node | undefined

/** What is to be done with the value of each key that may be there. */
export type Fields = Readonly<Record<string, (value: YamlNode) => void>>

/**
 * Reads YAML into known shapes, as strictly as Prometheus does (yaml.v3 with known fields), and gathers what is wrong in its words. Of
 * several documents the first counts.
 */
export class YamlReader {
  readonly problems: Problem[] = []
  readonly root: YamlNode
  readonly #lines = new LineCounter()
  readonly #document: Document | undefined

  constructor (text: string) {
    const [document] = parseAllDocuments(text, { lineCounter: this.#lines, prettyErrors: false })
    this.#document = document as Document | undefined
    for (const { pos, message } of this.#document?.errors ?? []) {
      const { line, col } = this.#lines.linePos(pos[0])
      this.problems.push({ line, column: col, message: `yaml: ${message}` })
    }
    this.root = this.problems.length === 0 ? this.#resolved(this.#document?.contents) : undefined
  }

  /** Notes what is wrong at a value, or at the one that it should have been in. */
  refuse (at: YamlNode, message: string): void {
    const { line, col } = this.#lines.linePos(at?.range?.[0] ?? 0)
    this.problems.push({ line: Math.max(line, 1), column: Math.max(col, 1), message })
  }

  /** Reads a mapping. `type` is what Prometheus calls it. */
  struct (node: YamlNode, type: string, fields: Fields): void {
    if (node === undefined) return
    if (!isMap(node)) return this.#mismatch(node, type)
    for (const [key, value, keyNode] of this.#entries(node)) {
      if (Object.hasOwn(fields, key)) fields[key]!(value)
      else this.refuse(keyNode, `field ${key} not found in type ${type}`)
    }
  }

  list (node: YamlNode, type: string): YamlNode[] {
    if (node === undefined) return []
    if (isSeq(node)) return node.items.map(item => this.#resolved(item))
    this.#mismatch(node, `[]${type}`)
    return []
  }

  /** Texts by name, in the order of names. */
  textMap (node: YamlNode): Map<string, { text: string, node: YamlNode }> {
    const entries: Array<[string, { text: string, node: YamlNode }]> = []
    if (node === undefined) return new Map()
    if (isMap(node)) for (const [key, value, keyNode] of this.#entries(node)) entries.push([key, { text: this.text(value), node: value ?? keyNode }])
    else this.#mismatch(node, 'map[string]string')
    return new Map(entries.sort(([a], [b]) => a < b ? -1 : 1))
  }

  /** A text; numbers and the like count as they are written. */
  text (node: YamlNode): string {
    if (node === undefined) return ''
    if (isScalar(node)) return typeof node.value === 'string' ? node.value : node.source ?? String(node.value)
    this.#mismatch(node, 'string')
    return ''
  }

  integer (node: YamlNode): number {
    return Math.trunc(this.number(node, 'int'))
  }

  number (node: YamlNode, type = 'float64'): number {
    if (node === undefined) return 0
    if (isScalar(node) && typeof node.value === 'number') return node.value
    this.#mismatch(node, type)
    return 0
  }

  boolean (node: YamlNode): boolean {
    if (node === undefined) return false
    if (isScalar(node) && typeof node.value === 'boolean') return node.value
    this.#mismatch(node, 'bool')
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
    const found = isScalar(node) ? ` \`${(node.source ?? String(node.value)).slice(0, 60)}\`` : ''
    this.refuse(node, `cannot unmarshal ${tagOf(node)}${found} into ${type}`)
  }

  /** Aliases stand for what they name; a `null` is as good as nothing. */
  #resolved (node: unknown): YamlNode {
    const found = isAlias(node) ? node.resolve(this.#document!) : node as Node | null | undefined
    if (isAlias(node) && found === undefined) this.refuse(node, `yaml: unknown anchor '${node.source}' referenced`)
    return found === null || found === undefined || (isScalar(found) && found.value === null) ? undefined : found
  }

  * #entries (node: Node): Generator<[key: string, value: YamlNode, keyNode: YamlNode]> {
    if (!isMap(node)) return
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? key.source ?? String(key.value) : String(key)
      if (name !== '<<') {
        yield [name, this.#resolved(value), key as Node]
        continue
      }
      // Merged mappings: what is said here comes first.
      const own = new Set(node.items.map(item => isScalar(item.key) ? item.key.source : undefined))
      const merged = this.#resolved(value)
      for (const source of isSeq(merged) ? merged.items.map(item => this.#resolved(item)) : [merged]) {
        if (source === undefined) continue
        for (const entry of this.#entries(source)) {
          if (!own.has(entry[0])) yield entry
          own.add(entry[0])
        }
      }
    }
  }
}

function tagOf (node: Node): string {
  if (isMap(node)) return '!!map'
  if (isSeq(node)) return '!!seq'
  const value = isScalar(node) ? node.value : undefined
  if (typeof value === 'number') return Number.isInteger(value) ? '!!int' : '!!float'
  return typeof value === 'boolean' ? '!!bool' : '!!str'
}
