import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Document, type Node } from 'yaml'

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

  /** @param version of YAML: in 1.1 `yes` and `on` are booleans */
  constructor (text: string, version: '1.1' | '1.2') {
    // An empty file is an empty list that claims to be a document.
    const documents: unknown = parseAllDocuments(text, { version, lineCounter: this.#lines, prettyErrors: false })
    this.#document = Array.isArray(documents) ? documents[0] as Document | undefined : undefined
  }

  /** What makes it no YAML. */
  get problems (): Problem[] {
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

  /** The keys of a mapping, and after them those of the mappings that are merged into it and that it has not itself. */
  entries (node: Node, refuse: (at: Node, message: string) => void): YamlEntry[] {
    const entries = new Map<string, YamlEntry>()
    const merged: unknown[] = []
    for (const { key, value } of isMap(node) ? node.items : []) {
      const name = isScalar(key) ? key.source ?? String(key.value) : String(key)
      if (name === '<<') merged.push(value)
      else if (!entries.has(name)) entries.set(name, [name, this.resolved(value, refuse), key as Node])
    }
    for (const value of merged) {
      const source = this.resolved(value, refuse)
      for (const part of isSeq(source) ? source.items : [source]) {
        const from = this.resolved(part, refuse)
        for (const entry of from === undefined ? [] : this.entries(from, refuse)) if (!entries.has(entry[0])) entries.set(entry[0], entry)
      }
    }
    return [...entries.values()]
  }

  plain (node: YamlNode): unknown {
    return node?.toJS(this.#document!) as unknown ?? null
  }

  #problem (at: number, message: string): Problem {
    const { line, col } = this.#lines.linePos(at)
    return { line: Math.max(line, 1), column: Math.max(col, 1), message }
  }
}

/** What YAML calls the kind of a value. */
export function tagOf (node: YamlNode): string {
  if (isMap(node)) return '!!map'
  if (isSeq(node)) return '!!seq'
  const value = isScalar(node) ? node.value : undefined
  if (typeof value === 'number') return Number.isInteger(value) ? '!!int' : '!!float'
  return typeof value === 'boolean' ? '!!bool' : '!!str'
}
