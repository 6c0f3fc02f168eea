import { Lexer } from './lexer.js'
import { ParseError, type ParseIssue } from './parse-error.js'
import { RegexpBudget } from './regexp-budget.js'
import { describeToken, type TokenType } from './token.js'

const MAX_LENGTH = 131_072
const MAX_TOKENS = 20_000
const MAX_ISSUES = 100

/**
 * The tokens of a query, with one of them ahead, and the faults found so far. A token is cut only when it is asked for: a fault of the
 * grammar that shows before the next token is looked at comes before that token's own fault, as in Prometheus.
 */
export class TokenStream {
  readonly issues: ParseIssue[] = []
  /** Aggregations that are not closed yet: the one place where a token unexpected in an expression is told of its context. */
  openAggregations = 0
  readonly regexpBudget = new RegexpBudget()
  readonly #text: string
  readonly #lexer: Lexer
  #isAhead = false
  #count = 0
  /** The ends of all `)` taken, and how many of them are spoken for. */
  readonly #closed: number[] = []
  #spokenFor = 0

  constructor (text: string) {
    this.#text = text
    if (text.length > MAX_LENGTH) this.fail(`query is longer than ${MAX_LENGTH} characters`, 0)
    this.#lexer = new Lexer(text, (message, start) => this.fail(message, start))
  }

  /** The type of the next token, which is not taken yet. */
  peek (): TokenType {
    if (!this.#isAhead) {
      this.#lexer.next()
      this.#isAhead = true
      if (++this.#count > MAX_TOKENS) this.fail(`query has more than ${MAX_TOKENS} tokens`, this.start)
    }
    return this.#lexer.type
  }

  /** Takes the next token; `text`, `start` and `end` stay those of it until the next `peek`. */
  take (): TokenType {
    const type = this.peek()
    this.#isAhead = false
    if (type === ')') this.#closed.push(this.end)
    return type
  }

  /** Takes the next token if it is of this type. */
  takeIf (type: TokenType): boolean {
    if (this.peek() !== type) return false
    this.take()
    return true
  }

  /** Takes a token of this type, and fails at any other. */
  expect (type: TokenType, context?: string, expected?: string): void {
    if (!this.takeIf(type)) this.unexpected(context, expected)
  }

  /**
   * The end of the first `)` that nobody asked for yet: where Prometheus says that a call or an aggregation ends. Those of `on (…)` and
   * `start()` are asked for by nobody, and so what comes behind them ends too early: seen in the places of faults at an operator.
   */
  firstClosed (): number {
    return this.#closed[this.#spokenFor++] ?? this.end
  }

  /** The token that was looked at or taken last, as written. */
  get text (): string {
    return this.#lexer.text
  }

  get start (): number {
    return this.#lexer.start
  }

  get end (): number {
    return this.#lexer.end
  }

  /** Notes a fault that does not end the parse, unless there are a hundred. */
  report (message: string, start: number): void {
    if (this.issues.push({ message, start }) >= MAX_ISSUES) throw new ParseError(this.#text, this.issues)
  }

  fail (message: string, start: number): never {
    throw new ParseError(this.#text, [...this.issues, { message, start }])
  }

  /** Fails at the next token. */
  unexpected (context = this.openAggregations > 0 ? 'aggregation' : '', expected = ''): never {
    const what = describeToken(this.peek(), this.text)
    this.fail(`unexpected ${what}${context && ` in ${context}`}${expected && `, expected ${expected}`}`, this.start)
  }

  /** The error for the faults so far; `undefined` without one. */
  error (): ParseError | undefined {
    return this.issues.length === 0 ? undefined : new ParseError(this.#text, this.issues)
  }
}
