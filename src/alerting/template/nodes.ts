/** What a template is made of. `at` is an offset into its source, `text` how Go would print it in an error. */
interface Base {
  readonly at: number
  readonly text: string
}

export type Operand =
  | Base & { readonly kind: 'constant', readonly value: string | number | bigint | boolean }
  | Base & { readonly kind: 'nil' | 'dot' }
  | Base & { readonly kind: 'field', readonly path: readonly string[] }
  | Base & { readonly kind: 'variable', readonly name: string, readonly path: readonly string[] }
  | Base & { readonly kind: 'function', readonly name: string }
  | Base & { readonly kind: 'chain', readonly operand: Operand, readonly path: readonly string[] }
  | Pipeline

export interface Command extends Base {
  readonly operands: readonly Operand[]
}

export interface Pipeline extends Base {
  readonly kind: 'pipeline'
  readonly variables: readonly string[]
  /** `=` to a variable that is there, where `:=` makes a new one. */
  readonly assigns: boolean
  readonly commands: readonly Command[]
}

export type Node =
  | Base & { readonly kind: 'text' }
  | Base & { readonly kind: 'action', readonly pipeline: Pipeline }
  | Base & { readonly kind: 'if' | 'with' | 'range', readonly pipeline: Pipeline, readonly body: readonly Node[], readonly otherwise: readonly Node[] }
  | Base & { readonly kind: 'break' | 'continue' }
  | Base & { readonly kind: 'template', readonly name: string, readonly pipeline: Pipeline | undefined }

export interface ParsedTemplate {
  readonly name: string
  readonly source: string
  readonly body: readonly Node[]
  /** By name: what `define` and `block` gave. */
  readonly definitions: ReadonlyMap<string, readonly Node[]>
}

/** Whether a body writes nothing: such a one replaces no definition that is there. */
export function isEmptyBody (nodes: readonly Node[]): boolean {
  return nodes.every(node => node.kind === 'text' && node.text.trim() === '')
}
