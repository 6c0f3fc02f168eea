import { goQuote } from '../../promql/go-text.js'
import { tokenize, type Token, type TokenKind } from './lexer.js'
import { isEmptyBody, type Command, type Node, type Operand, type ParsedTemplate, type Pipeline } from './nodes.js'
import { TemplateError } from './template-error.js'

/** Reads a template of Go's text/template. `functions` are the names that may be called; throws {@link TemplateError}. */
export function parseTemplate (name: string, source: string, functions: ReadonlySet<string>): ParsedTemplate {
  return new Parser(name, source, functions).parse()
}

const MAX_DEPTH = 200

class Parser {
  readonly #name: string
  readonly #source: string
  readonly #functions: ReadonlySet<string>
  readonly #tokens: readonly Token[]
  readonly #definitions = new Map<string, readonly Node[]>()
  #next = 0
  /** Variables in scope. */
  #variables: string[] = ['$']
  #ranges = 0
  #depth = 0

  constructor (name: string, source: string, functions: ReadonlySet<string>) {
    this.#name = name
    this.#source = source
    this.#functions = functions
    this.#tokens = tokenize(source, name)
  }

  parse (): ParsedTemplate {
    const { nodes, ended } = this.#list()
    if (ended !== 'end of file') this.#fail(this.#peek(-1), `unexpected {{${ended}}}`)
    return { name: this.#name, source: this.#source, body: nodes, definitions: this.#definitions }
  }

  /** Nodes up to an `{{end}}` or `{{else…}}`, whose keyword has been taken. */
  #list (): { nodes: Node[], ended: 'end' | 'else' | 'end of file' } {
    if (++this.#depth > MAX_DEPTH) this.#fail(this.#peek(), `blocks are nested deeper than ${MAX_DEPTH}`)
    const nodes: Node[] = []
    for (;;) {
      const token = this.#peek()
      if (token.kind === 'end') return { nodes, ended: 'end of file' }
      this.#next++
      if (token.kind === 'text') {
        nodes.push({ kind: 'text', text: token.text, at: token.at })
        continue
      }
      this.#space()
      const word = this.#peek()
      if (word.kind === 'keyword' && (word.text === 'end' || word.text === 'else')) {
        this.#next++
        this.#depth--
        if (word.text === 'end') this.#expect('close', 'end')
        return { nodes, ended: word.text }
      }
      const node = this.#action(word)
      if (node !== undefined) nodes.push(node)
    }
  }

  #action (word: Token): Node | undefined {
    if (word.kind !== 'keyword') {
      const pipeline = this.#pipeline('command', 'close')
      return { kind: 'action', pipeline, at: pipeline.at, text: pipeline.text }
    }
    this.#next++
    switch (word.text) {
      case 'if': case 'with': case 'range': return this.#control(word.text, word)
      case 'define': {
        if (this.#depth > 1) this.#fail(word, 'unexpected <define> in command')
        const name = this.#string('define clause')
        this.#expect('close', 'define clause')
        this.#define(name, this.#scoped(() => this.#body('define')))
        return undefined
      }
      case 'block': {
        const name = this.#string('block clause')
        const pipeline = this.#pipeline('block clause', 'close')
        this.#define(name, this.#scoped(() => this.#body('block')))
        return { kind: 'template', name, pipeline, at: word.at, text: `{{template ${goQuote(name)} ${pipeline.text}}}` }
      }
      case 'template': {
        this.#space()
        const { at } = this.#peek()
        const name = this.#string('template clause')
        this.#space()
        const pipeline = this.#peek().kind === 'close' ? undefined : this.#pipeline('template clause', 'close')
        if (pipeline === undefined) this.#next++
        return { kind: 'template', name, pipeline, at, text: `{{template ${goQuote(name)}${pipeline === undefined ? '' : ` ${pipeline.text}`}}}` }
      }
      case 'break': case 'continue':
        if (this.#ranges === 0) this.#fail(word, `{{${word.text}}} outside {{range}}`)
        this.#expect('close', `{{${word.text}}}`)
        return { kind: word.text, at: word.at, text: word.text }
    }
    return this.#fail(word, `unexpected {{${word.text}}}`)
  }

  #body (context: string): readonly Node[] {
    const { nodes, ended } = this.#list()
    if (ended !== 'end') this.#fail(this.#peek(-1), ended === 'else' ? `unexpected {{else}} in ${context} clause` : 'unexpected EOF')
    return nodes
  }

  #define (name: string, body: readonly Node[]): void {
    const known = this.#definitions.get(name)
    if (known === undefined || isEmptyBody(known)) this.#definitions.set(name, body)
    else if (!isEmptyBody(body)) this.#fail(this.#peek(-1), `template: multiple definition of template ${goQuote(name)}`)
  }

  /** A definition sees no variable of its surroundings. */
  #scoped<T> (read: () => T): T {
    const outer = this.#variables
    this.#variables = ['$']
    const result = read()
    this.#variables = outer
    return result
  }

  #control (kind: 'if' | 'with' | 'range', word: Token): Node {
    const variables = this.#variables.length
    const pipeline = this.#pipeline(kind, 'close')
    if (kind === 'range') this.#ranges++
    const { nodes: body, ended } = this.#list()
    if (kind === 'range') this.#ranges--
    let otherwise: readonly Node[] = []
    if (ended === 'end of file') this.#fail(this.#peek(), 'unexpected EOF')
    if (ended === 'else') {
      this.#space()
      const next = this.#peek()
      if (next.kind === 'keyword' && next.text === kind && kind !== 'range') {
        // {{else if x}} … {{end}} is {{else}}{{if x}} … {{end}}{{end}} with one end for both.
        this.#next++
        otherwise = [this.#control(kind, next)]
      } else {
        this.#expect('close', 'else')
        const rest = this.#list()
        if (rest.ended !== 'end') this.#fail(this.#peek(-1), rest.ended === 'else' ? 'expected end; found {{else}}' : 'unexpected EOF')
        otherwise = rest.nodes
      }
    }
    this.#variables.length = variables
    return { kind, pipeline, body, otherwise, at: word.at, text: kind }
  }

  #pipeline (context: string, end: TokenKind): Pipeline {
    this.#space()
    const start = this.#peek()
    const { variables, assigns } = this.#declarations(context)
    const commands: Command[] = []
    for (;;) {
      this.#space()
      const token = this.#peek()
      if (token.kind === end) {
        this.#next++
        break
      }
      if (token.kind === 'close' || token.kind === 'end' || token.kind === 'rightParen') this.#fail(token, `unexpected ${shown(token)} in ${context}`)
      commands.push(this.#command(context))
    }
    if (commands.length === 0) this.#fail(start, `missing value for ${context}`)
    for (const command of commands.slice(1)) {
      if (command.operands[0]!.kind === 'constant' || command.operands[0]!.kind === 'dot' || command.operands[0]!.kind === 'nil') {
        this.#fail(start, `non executable command in pipeline stage ${commands.indexOf(command) + 1}`)
      }
    }
    this.#variables.push(...assigns ? [] : variables)
    const text = commands.map(command => command.text).join(' | ')
    const declared = variables.length === 0 ? '' : `${variables.join(', ')} ${assigns ? '=' : ':='} `
    return { kind: 'pipeline', variables, assigns, commands, at: start.at, text: declared + text }
  }

  #declarations (context: string): { variables: string[], assigns: boolean } {
    const none = { variables: [], assigns: false }
    const first = this.#peek()
    if (first.kind !== 'variable') return none
    let ahead = 1
    const after = (): Token => {
      while (this.#peek(ahead).kind === 'space') ahead++
      return this.#peek(ahead)
    }
    const variables = [first.text]
    if (after().kind === 'comma' && context === 'range') {
      ahead++
      const second = after()
      if (second.kind !== 'variable') return none
      variables.push(second.text)
      ahead++
    }
    const { kind } = after()
    if (kind !== 'declare' && kind !== 'assign') return none
    this.#next += ahead + 1
    return { variables, assigns: kind === 'assign' }
  }

  #command (context: string): Command {
    const operands: Operand[] = []
    const start = this.#peek()
    for (;;) {
      this.#space()
      const token = this.#peek()
      if (token.kind === 'close' || token.kind === 'rightParen' || token.kind === 'end') break
      if (token.kind === 'pipe') {
        this.#next++
        this.#space()
        const next = this.#peek()
        if (next.kind === 'close' || next.kind === 'rightParen' || next.kind === 'pipe') this.#fail(next, `missing value for ${context}`)
        break
      }
      operands.push(this.#operand())
      const { kind } = this.#peek()
      if (kind !== 'space' && kind !== 'close' && kind !== 'pipe' && kind !== 'rightParen') this.#fail(this.#peek(), `unexpected ${shown(this.#peek())} in operand`)
    }
    if (operands.length === 0) this.#fail(start, 'empty command')
    return { operands, at: start.at, text: operands.map(operand => operand.kind === 'pipeline' ? `(${operand.text})` : operand.text).join(' ') }
  }

  #operand (): Operand {
    const operand = this.#term()
    const { at } = this.#peek()
    const path: string[] = []
    for (; this.#peek().kind === 'field'; this.#next++) path.push(this.#peek().text)
    if (path.length === 0) return operand
    // As in Go, a chain stands where its first field does.
    const text = operand.text + path.map(name => `.${name}`).join('')
    if (operand.kind === 'field') return { kind: 'field', path: [...operand.path, ...path], at, text }
    if (operand.kind === 'variable') return { kind: 'variable', name: operand.name, path, at, text }
    if (operand.kind === 'constant' || operand.kind === 'nil' || operand.kind === 'dot') return this.#fail(this.#peek(-1), `unexpected . after term ${goQuote(operand.text)}`)
    return { kind: 'chain', operand, path, at, text: operand.kind === 'pipeline' ? `(${operand.text})${text.slice(operand.text.length)}` : text }
  }

  #term (): Operand {
    const token = this.#peek()
    const { at, text } = token
    this.#next++
    switch (token.kind) {
      case 'dot': return { kind: 'dot', at, text }
      case 'nil': return { kind: 'nil', at, text }
      case 'bool': return { kind: 'constant', value: text === 'true', at, text }
      case 'string': case 'rawString': return { kind: 'constant', value: text, at, text: goQuote(text) }
      case 'char': return { kind: 'constant', value: BigInt(text.codePointAt(0) ?? 0), at, text }
      case 'number': return { kind: 'constant', value: this.#number(token), at, text }
      case 'field': return { kind: 'field', path: [text], at, text: `.${text}` }
      case 'variable':
        if (!this.#variables.includes(text)) this.#fail(token, `undefined variable ${goQuote(text)}`)
        return { kind: 'variable', name: text, path: [], at, text }
      case 'identifier':
        if (!this.#functions.has(text)) this.#fail(token, `function ${goQuote(text)} not defined`)
        return { kind: 'function', name: text, at, text }
      case 'leftParen': {
        if (++this.#depth > MAX_DEPTH) this.#fail(token, `parentheses are nested deeper than ${MAX_DEPTH}`)
        const pipeline = this.#pipeline('parenthesized pipeline', 'rightParen')
        this.#depth--
        return pipeline
      }
    }
    return this.#fail(token, `unexpected ${shown(token)} in operand`)
  }

  #number (token: Token): number | bigint {
    const value = goNumber(token.text)
    const problem = /^[+-]?\d+$/.test(token.text) ? 'integer overflow:' : 'illegal number syntax:'
    return value ?? this.#fail(token, `${problem} ${goQuote(token.text)}`)
  }

  #string (context: string): string {
    this.#space()
    const token = this.#peek()
    if (token.kind !== 'string' && token.kind !== 'rawString') this.#fail(token, `unexpected ${shown(token)} in ${context}`)
    this.#next++
    return token.text
  }

  #expect (kind: TokenKind, context: string): void {
    this.#space()
    const token = this.#peek()
    if (token.kind !== kind) this.#fail(token, `unexpected ${shown(token)} in ${context}`)
    this.#next++
  }

  #space (): void {
    while (this.#peek().kind === 'space') this.#next++
  }

  #peek (ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)]!
  }

  #fail (token: Token, problem: string): never {
    throw new TemplateError(this.#name, this.#source, token.at, problem)
  }
}

/** As Go names a token in its errors. */
function shown ({ kind, text }: Token): string {
  if (kind === 'end') return 'EOF'
  if (kind === 'keyword') return `<${text}>`
  return goQuote(kind === 'field' ? `.${text}` : text)
}

/** A number as Go writes it: `1_000`, `0x1F`, `017`, `0x1p4`; a bigint for what is an int. `undefined` for none, and for one past a uint64. */
function goNumber (text: string): number | bigint | undefined {
  if (!/^[+-]?(?:0[xXbBoO]_?)?(?:[^_]|(?<=[\da-fA-F])_(?=[\da-fA-F]))+$/.test(text)) return undefined
  const digits = text.replaceAll('_', '')
  const sign = digits.startsWith('-') ? -1 : 1
  const bare = digits.replace(/^[+-]/, '')
  const [, whole, fraction = '', exponent] = /^0[xX]([\da-fA-F]*)\.?([\da-fA-F]*)[pP]([+-]?\d+)$/.exec(bare) ?? []
  if (whole !== undefined) return whole + fraction === '' ? undefined : sign * Number(`0x${whole}${fraction}`) * 2 ** (Number(exponent) - 4 * fraction.length)
  if (/^0\d*[89]|^0[xXbBoO]$/.test(bare) && !/[.eE]/.test(bare)) return undefined
  if (/^(?:0[xX][\da-fA-F]+|0[bB][01]+|0[oO][0-7]+|\d+)$/.test(bare)) {
    const value = BigInt(/^0\d/.test(bare) ? `0o${bare.slice(1)}` : bare)
    return value < 2n ** 64n ? BigInt(sign) * value : undefined
  }
  const value = Number(bare)
  return Number.isNaN(value) ? undefined : sign * value
}
