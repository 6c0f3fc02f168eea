import { goQuote } from '../../promql/go-text.js'
import type { Command, Node, Operand, ParsedTemplate, Pipeline } from './nodes.js'
import { TemplateExecutionError } from './template-error.js'
import { GoMap, GoStruct, isList, isTrue, methodOf, print, SafeHtml, typeOf, type GoArgumentType, type GoValue, type TemplateFunction } from './values.js'

export interface ExecutionLimits {
  /** The longest text that a template may make, in UTF-16 units. */
  readonly maxLength: number
  /** The most nodes and turns of loops that may be walked: a template ends, soon. */
  readonly maxSteps: number
  /** Called now and then in the midst of long work, to let others have their turn. */
  readonly breathe?: () => Promise<void> | undefined
}

const defaultLimits: ExecutionLimits = { maxLength: 1 << 20, maxSteps: 100_000 }

/** Where a template finds the functions that it calls. */
export interface TemplateFunctions {
  get (name: string): TemplateFunction | undefined
}

/** Expands a template; throws {@link TemplateExecutionError} with Go's wording. */
export async function executeTemplate (
  template: ParsedTemplate, data: GoValue, functions: TemplateFunctions, limits: ExecutionLimits = defaultLimits
): Promise<string> {
  const execution = new Execution(template, functions, limits)
  await execution.walk(template.body, data, [['$', data]])
  return execution.output
}

type Scope = Array<[name: string, value: GoValue]>
type Signal = 'break' | 'continue' | undefined

const MAX_TEMPLATE_DEPTH = 100

class Execution {
  output = ''
  readonly #template: ParsedTemplate
  readonly #functions: TemplateFunctions
  readonly #limits: ExecutionLimits
  #steps = 0
  #depth = 0

  constructor (template: ParsedTemplate, functions: TemplateFunctions, limits: ExecutionLimits) {
    this.#template = template
    this.#functions = functions
    this.#limits = limits
  }

  async walk (nodes: readonly Node[], dot: GoValue, scope: Scope): Promise<Signal> {
    for (const node of nodes) {
      this.#step(node)
      if (this.#steps % 64 === 0) await this.#limits.breathe?.()
      const signal = await this.#node(node, dot, scope)
      if (this.output.length > this.#limits.maxLength) this.#fail(node, `more than ${this.#limits.maxLength} characters of output`)
      if (signal !== undefined) return signal
    }
    return undefined
  }

  async #node (node: Node, dot: GoValue, scope: Scope): Promise<Signal> {
    switch (node.kind) {
      case 'text':
        this.output += node.text
        return undefined
      case 'action': {
        const value = await this.#pipeline(node.pipeline, dot, scope)
        if (node.pipeline.variables.length === 0) this.output += print(value)
        return undefined
      }
      case 'break': case 'continue': return node.kind
      case 'template': {
        const body = this.#template.definitions.get(node.name)
        if (body === undefined) this.#fail(node, `template ${goQuote(node.name)} not defined`)
        if (++this.#depth > MAX_TEMPLATE_DEPTH) this.#fail(node, 'exceeded maximum template depth (100)')
        const data = node.pipeline === undefined ? null : await this.#pipeline(node.pipeline, dot, scope)
        await this.walk(body!, data, [['$', data]])
        this.#depth--
        return undefined
      }
      case 'if': case 'with': {
        const inner = scope.slice()
        const value = await this.#pipeline(node.pipeline, dot, inner)
        if (isTrue(value)) return await this.walk(node.body, node.kind === 'with' ? value : dot, inner)
        return await this.walk(node.otherwise, dot, inner)
      }
      case 'range': return await this.#range(node, dot, scope)
    }
  }

  async #range (node: Extract<Node, { kind: 'if' | 'with' | 'range' }>, dot: GoValue, scope: Scope): Promise<Signal> {
    const outer = scope.slice()
    const { variables, assigns } = node.pipeline
    const value = await this.#pipeline({ ...node.pipeline, variables: [] }, dot, outer)
    const items = this.#items(node, value)
    if (items.length === 0) return await this.walk(node.otherwise, dot, outer)
    for (const [key, item] of items) {
      this.#step(node.pipeline)
      // One variable is the element, two are index and element.
      const values = variables.length === 2 ? [key, item] : [item]
      const inner = assigns ? outer : outer.slice()
      variables.forEach((name, i) => { this.#set(inner, name, values[i]!, assigns) })
      if (await this.walk(node.body, item, inner.slice()) === 'break') break
    }
    return undefined
  }

  #step (node: { at: number, text: string }): void {
    if (++this.#steps > this.#limits.maxSteps) this.#fail(node, `more than ${this.#limits.maxSteps} steps`)
  }

  #items (node: Node, value: GoValue): Array<[GoValue, GoValue]> {
    if (isList(value)) return value.map((item, i) => [BigInt(i), item])
    if (value instanceof GoMap) return [...value.entries]
    if (typeof value === 'bigint') {
      if (value > BigInt(this.#limits.maxSteps)) this.#fail(node, `more than ${this.#limits.maxSteps} steps`)
      return Array.from({ length: Math.max(Number(value), 0) }, (_, i) => [BigInt(i), BigInt(i)])
    }
    if (value === null) return []
    const { pipeline } = node as Extract<Node, { kind: 'range' }>
    return this.#fail(lastOf(pipeline), `range can't iterate over ${print(value)}`)
  }

  #set (scope: Scope, name: string, value: GoValue, assigns: boolean): void {
    if (!assigns) {
      scope.push([name, value])
      return
    }
    const found = scope.findLast(([known]) => known === name)
    if (found !== undefined) found[1] = value
  }

  async #pipeline (pipeline: Pipeline, dot: GoValue, scope: Scope): Promise<GoValue> {
    let value: GoValue | undefined
    for (const command of pipeline.commands) value = await this.#command(command, dot, scope, value)
    for (const name of pipeline.variables) this.#set(scope, name, value!, pipeline.assigns)
    return value!
  }

  async #command (command: Command, dot: GoValue, scope: Scope, final: GoValue | undefined): Promise<GoValue> {
    const [first, ...rest] = command.operands
    if (first!.kind === 'function') return await this.#call(first!.name, command, rest, dot, scope, final)
    if (first!.kind === 'nil') this.#fail(first!, 'nil is not a command')
    if (rest.length > 0 || final !== undefined) {
      if ((first!.kind === 'field' || first!.kind === 'variable' || first!.kind === 'chain') && first!.path.length > 0) {
        return await this.#method(first!, rest, dot, scope, final)
      }
      this.#fail(first!, `can't give argument to non-function ${first!.text}`)
    }
    return await this.#operand(first!, dot, scope)
  }

  /** `.Value.Method argument`. */
  async #method (
    operand: Extract<Operand, { path: readonly string[] }>, operands: readonly Operand[], dot: GoValue, scope: Scope, final: GoValue | undefined
  ): Promise<GoValue> {
    const name = operand.path.at(-1)!
    const owner = { ...operand, path: operand.path.slice(0, -1) } as Operand
    const value = operand.kind === 'field' && operand.path.length === 1 ? dot : await this.#operand(owner, dot, scope)
    const method = methodOf(value, name)
    if (method !== undefined) return await this.#apply(name, method, operand, operands, dot, scope, final)
    await this.#fields(operand, value, [name])
    return this.#fail(seenIn(operand), `${name} ${value instanceof GoMap ? 'is not a method but has arguments' : 'has arguments but cannot be invoked as function'}`)
  }

  async #call (name: string, command: Command, operands: readonly Operand[], dot: GoValue, scope: Scope, final: GoValue | undefined): Promise<GoValue> {
    if (name === 'and' || name === 'or') return await this.#logical(name, command, operands, dot, scope, final)
    return await this.#apply(name, this.#functions.get(name)!, command, operands, dot, scope, final)
  }

  /** Calls a function, or a method, with the arguments written after it and the one piped into it. */
  async #apply (
    name: string, { arity: [least, most], call, types = [] }: TemplateFunction, node: { at: number, text: string },
    operands: readonly Operand[], dot: GoValue, scope: Scope, final?: GoValue
  ): Promise<GoValue> {
    const count = operands.length + (final === undefined ? 0 : 1)
    if (count < least || count > most) {
      const want = most === Infinity ? `want at least ${least}` : `want ${least}`
      this.#fail('operands' in node ? { at: node.at, text: name } : seenIn(node as Operand), `wrong number of args for ${name}: ${want} got ${count}`)
    }
    const args: GoValue[] = []
    for (const [i, operand] of operands.entries()) args.push(await this.#argument(operand, types[Math.min(i, types.length - 1)], dot, scope))
    if (final !== undefined) args.push(this.#checked(final, types[Math.min(operands.length, types.length - 1)], node))
    try {
      return await call(...args)
    } catch (error) {
      return this.#fail(node, `error calling ${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  async #argument (operand: Operand, type: GoArgumentType = 'interface {}', dot: GoValue, scope: Scope): Promise<GoValue> {
    if (operand.kind === 'constant' && type !== 'interface {}') {
      const isInteger = type === 'int' || type === 'time.Duration'
      if (type !== 'string' && !isInteger) this.#fail(operand, `can't handle ${operand.text} for arg of type ${type}`)
      if (isInteger && typeof operand.value !== 'bigint') this.#fail(operand, `expected integer; found ${operand.text}`)
      if (type === 'string' && typeof operand.value !== 'string') this.#fail(operand, `expected string; found ${operand.text}`)
      return await this.#operand(operand, dot, scope)
    }
    return this.#checked(await this.#operand(operand, dot, scope), type, operand)
  }

  #checked (value: GoValue, type: GoArgumentType = 'interface {}', node: { at: number, text: string }): GoValue {
    if (type === 'interface {}' || typeOf(value) === type || (type === 'string' && value instanceof SafeHtml)) return value
    if ((type === 'template.queryResult' || type.startsWith('[]')) && isList(value)) return value
    if (typeOf(value) === `*${type}`) return value
    return this.#fail(node, value === null ? `invalid value; expected ${type}` : `wrong type for value; expected ${type}; got ${typeOf(value)}`)
  }

  /** `and` and `or` stop at the first value that decides. */
  async #logical (name: 'and' | 'or', command: Command, operands: readonly Operand[], dot: GoValue, scope: Scope, final: GoValue | undefined): Promise<GoValue> {
    if (operands.length === 0 && final === undefined) this.#fail({ at: command.at, text: name }, `wrong number of args for ${name}: want at least 1 got 0`)
    let value: GoValue = null
    for (const operand of operands) {
      value = await this.#operand(operand, dot, scope)
      if (isTrue(value) === (name === 'or')) return value
    }
    return final === undefined ? value : final
  }

  async #operand (operand: Operand, dot: GoValue, scope: Scope): Promise<GoValue> {
    switch (operand.kind) {
      case 'constant':
        if (typeof operand.value === 'bigint' && operand.value !== BigInt.asIntN(64, operand.value)) this.#fail(operand, `${operand.text} overflows int`)
        return operand.value
      case 'nil': return null
      case 'dot': return dot
      case 'field': return await this.#fields(operand, dot, operand.path)
      case 'variable': return await this.#fields(operand, scope.findLast(([name]) => name === operand.name)?.[1] ?? null, operand.path)
      case 'function': return await this.#call(operand.name, { operands: [operand], at: operand.at, text: operand.text }, [], dot, scope, undefined)
      case 'chain': return await this.#fields(operand, await this.#operand(operand.operand, dot, scope), operand.path)
      case 'pipeline': return await this.#pipeline(operand, dot, scope.slice())
    }
  }

  async #fields (operand: Operand, value: GoValue, path: readonly string[]): Promise<GoValue> {
    for (const name of path) {
      if (value === null) this.#fail(seenIn(operand), `nil pointer evaluating interface {}.${name}`)
      const method = methodOf(value, name)
      if (method !== undefined) value = await this.#apply(name, method, operand, [], null, [])
      else if (value instanceof GoMap) value = value.entries.get(name) ?? value.zero
      else if (value instanceof GoStruct && value.fields.has(name)) value = value.fields.get(name)!
      else this.#fail(seenIn(operand), `can't evaluate field ${name} in type ${typeOf(value)}`)
    }
    return value
  }

  #fail ({ at, text }: { at: number, text: string }, problem: string): never {
    throw new TemplateExecutionError(this.#template.name, this.#template.source, at, text, problem)
  }
}

/** Where Go stands once it has a pipeline's value: at the last that it looked at. */
function lastOf (pipeline: Pipeline): Operand {
  const last = pipeline.commands.at(-1)!.operands.at(-1)!
  return last.kind === 'pipeline' ? lastOf(last) : last
}

/** Where Go stands when it looks for a field: of what is in parentheses, at the end of it. */
function seenIn (operand: Operand): Operand {
  return operand.kind === 'chain' && operand.operand.kind === 'pipeline' ? lastOf(operand.operand) : operand
}
