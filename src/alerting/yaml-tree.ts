import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, visit, type Document, type Node, type Scalar } from 'yaml'
import { goNumber, textProblem, type TextProblem } from './yaml-text.js'

/** What is wrong with a file, and where: lines and columns count from 1. */
export interface Problem {
  readonly line: number
  readonly column: number
  readonly message: string
}

/** A value in a file; `undefined` where there is none, or a `null`. */
export type YamlNode = Node | undefined

/** One key of a mapping. */
export type YamlEntry = [key: string, value: YamlNode, keyNode: Node]

/** The first document of a YAML file, with the places of its values; aliases and merged mappings are followed. */
export class YamlTree {
  readonly #lines = new LineCounter()
  readonly #document: Document | undefined
  readonly #textProblem: TextProblem | undefined
  readonly #isLaterFirst: boolean

  /** @param version of YAML: in 1.1 `yes` and `on` are booleans */
  constructor (text: string, version: '1.1' | '1.2') {
    this.#isLaterFirst = version === '1.1'
    // An empty file is an empty list that claims to be a document.
    const documents: unknown = parseAllDocuments(text, { version, lineCounter: this.#lines, prettyErrors: false })
    this.#document = Array.isArray(documents) ? documents[0] as Document | undefined : undefined
    this.#textProblem = textProblem(text, this.#document)
    if (version === '1.1' && this.#document !== undefined) visit(this.#document, { Scalar: (_, scalar) => { numberAsInGo(scalar) } })
  }

  /** What makes it no YAML. */
  get problems (): Problem[] {
    if (this.#textProblem !== undefined) return [this.#problem(this.#textProblem.at, `yaml: ${this.#textProblem.message}`)]
    return (this.#document?.errors ?? []).map(({ pos, message }) => this.#problem(pos[0], `yaml: ${message}`))
  }

  get root (): YamlNode {
    return this.resolved(this.#document?.contents, () => {})
  }

  /** A problem at a value, or at the beginning. */
  problemAt (node: Node | null | undefined, message: string): Problem {
    return this.#problem(node?.range?.[0] ?? 0, message)
  }

  /** What a node stands for. An alias that leads nowhere, or into what it stands in, is refused, and as good as nothing. */
  resolved (node: unknown, refuse: (at: Node, message: string) => void): YamlNode {
    let found = node as Node | null | undefined
    if (isAlias(node)) {
      found = node.resolve(this.#document!)
      const at = node.range?.[0] ?? 0
      const [from, to] = found?.range ?? [at + 1, at + 1]
      if (found === undefined) refuse(node, `yaml: unknown anchor '${node.source}' referenced`)
      else if (at >= from && at < to) {
        refuse(node, `yaml: anchor '${node.source}' value contains itself`)
        found = undefined
      }
    }
    return found === null || found === undefined || (isScalar(found) && found.value === null) ? undefined : found
  }

  /**
   * The keys of a mapping, and those of the mappings that are merged into it. Its own count before merged ones, as in Go's yaml.v3, which
   * Prometheus has; in 1.1 the later one counts, as in yaml.v2, which Alertmanager has.
   */
  entries (node: Node, refuse: (at: Node, message: string) => void): YamlEntry[] {
    const entries = new Map<string, YamlEntry>()
    const all = isMap(node) ? node.items.map(({ key, value }) => ({ key: key as Node, name: nameOf(key), value })) : []
    // Go's yaml.v3 passes over a key that is null.
    const items = this.#isLaterFirst ? all : all.filter(({ key }) => !isScalar(key) || key.value !== null)
    const ordered = this.#isLaterFirst ? items : [...items.filter(({ name }) => name === '<<'), ...items.filter(({ name }) => name !== '<<')]
    for (const { key, name, value } of ordered) {
      if (name !== '<<') entries.set(name, [name, this.resolved(value, refuse), key])
      else for (const entry of this.#merged(value, key, refuse)) entries.set(entry[0], entry)
    }
    return [...entries.values()]
  }

  /** The keys that `<<` brings, those that count last. */
  #merged (value: unknown, at: Node, refuse: (at: Node, message: string) => void): YamlEntry[] {
    const source = this.resolved(value, refuse)
    const parts: unknown[] = isSeq(source) ? source.items : [value]
    return [...parts].reverse().flatMap(part => {
      const from = this.resolved(part, refuse)
      if (isMap(from)) return this.entries(from, refuse)
      // An alias that leads nowhere has been refused.
      if (from !== undefined || !isAlias(part)) refuse(at, 'yaml: map merge requires map or sequence of maps as the value')
      return []
    })
  }

  plain (node: YamlNode): unknown {
    return node?.toJS(this.#document!) as unknown ?? null
  }

  #problem (at: number, message: string): Problem {
    const { line, col } = this.#lines.linePos(at)
    return { line: Math.max(line, 1), column: Math.max(col, 1), message }
  }
}

/** `0o10` is a number to Go and a text to YAML 1.1, `190:20` and `e5` the other way round. */
function numberAsInGo (scalar: Scalar): void {
  const isTagged = scalar.tag !== undefined && scalar.tag !== 'tag:yaml.org,2002:float'
  if (scalar.type !== 'PLAIN' || isTagged || scalar.source === undefined) return
  const number = goNumber(scalar.source)
  if (number !== undefined) scalar.value = number.value
  else if (typeof scalar.value === 'number') scalar.value = scalar.source
}

const nameOf = (key: unknown): string => isScalar(key) ? key.source ?? String(key.value) : String(key)

/** What YAML calls the kind of a value. */
export function tagOf (node: YamlNode): string {
  if (isMap(node)) return '!!map'
  if (isSeq(node)) return '!!seq'
  const value = isScalar(node) ? node.value : undefined
  const number = plainNumber(node)
  if (number !== undefined) return number.isInteger ? '!!int' : '!!float'
  if (typeof value === 'number') return Number.isInteger(value) ? '!!int' : '!!float'
  return typeof value === 'boolean' ? '!!bool' : '!!str'
}

/** The number that a scalar without quotes and tag is to Go's yaml.v3. */
export function plainNumber (node: YamlNode): ReturnType<typeof goNumber> {
  return isScalar(node) && node.type === 'PLAIN' && node.tag === undefined && node.source !== undefined ? goNumber(node.source) : undefined
}
