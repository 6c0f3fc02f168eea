import { MAX_DURATION_SECONDS, parseDuration } from './duration.js'
import { parseNumber } from './number-literal.js'
import type { TokenStream } from './token-stream.js'
import type { TokenType } from './token.js'

/** Seconds, and where they are written. */
export interface Seconds {
  readonly value: number
  readonly start: number
}

/** What is said of a token that is none of a duration: `unexpected … in <context>, expected <expected>`. */
type Place = readonly [context: string, expected: string]

const PRECEDENCE: Partial<Record<TokenType, number>> = { '+': 1, '-': 1, '*': 2, '/': 2, '%': 2, '^': 3 }
const MAX_DEPTH = 256

/** The value of the next token, a number or a duration, in seconds; durations of more than 292 years are reported. */
export function parseNumberOrDuration (tokens: TokenStream): number {
  if (tokens.take() === 'number') {
    const value = parseNumber(tokens.text)
    if (typeof value === 'number') return value
    tokens.report(`error parsing number: ${value}`, tokens.start)
    return Infinity
  }
  const ms = parseDuration(tokens.text)
  if (typeof ms === 'string') {
    tokens.report(ms, tokens.start)
    return 0
  }
  // Whole and fractional seconds by themselves, as Go's Duration.Seconds does.
  return Math.floor(ms / 1000) + (ms % 1000) / 1000
}

/** What stands after `[` or after its `:`, more than 0. */
export function parsePositiveSeconds (tokens: TokenStream, place: Place): number {
  const { value, start } = parseSum(tokens, place, 0, 1)
  if (value > 0 || Number.isNaN(value)) return value
  tokens.report('duration must be greater than 0', start)
  return 0
}

/** What stands after `offset`, with a sign or not: one number, unless there are parentheses or two signs. */
export function parseOffsetSeconds (tokens: TokenStream): number {
  const place: Place = ['offset', 'number or duration']
  const sign = tokens.peek()
  if (sign === '+' || sign === '-') {
    tokens.take()
    const signStart = tokens.start
    if (isLiteral(tokens.peek())) return negated(parseNumberOrDuration(tokens), sign, signStart, tokens).value
    return parseRest(negated(parseSum(tokens, place, 3, 1).value, sign, signStart, tokens), tokens, place, 0, 1).value
  }
  return isLiteral(sign) ? literal(tokens).value : parseSum(tokens, place, 0, 1).value
}

function isLiteral (type: TokenType): boolean {
  return type === 'number' || type === 'duration'
}

function literal (tokens: TokenStream): Seconds {
  const value = parseNumberOrDuration(tokens)
  return inRange({ value, start: tokens.start }, tokens.start, tokens)
}

function inRange (seconds: Seconds, reportAt: number, tokens: TokenStream): Seconds {
  if (Math.abs(seconds.value) <= MAX_DURATION_SECONDS || Number.isNaN(seconds.value)) return seconds
  tokens.report('duration out of range', reportAt)
  return { value: 0, start: 0 }
}

function negated (value: number, sign: '+' | '-', signStart: number, tokens: TokenStream): Seconds {
  return inRange({ value: sign === '-' ? -value : value, start: signStart }, signStart, tokens)
}

/**
 * Arithmetic of durations is an experiment of Prometheus that we do not take part in: it is read, to say at the right place that it is
 * not enabled, and not calculated.
 */
function parseSum (tokens: TokenStream, place: Place, least: number, depth: number): Seconds {
  if (depth > MAX_DEPTH) tokens.fail(`expression nests deeper than ${MAX_DEPTH} levels`, tokens.start)
  return parseRest(parseOperand(tokens, place, depth), tokens, place, least, depth)
}

function parseOperand (tokens: TokenStream, place: Place, depth: number): Seconds {
  const type = tokens.peek()
  if (isLiteral(type)) return literal(tokens)
  if (type === '+' || type === '-') {
    tokens.take()
    const start = tokens.start
    return negated(parseSum(tokens, place, 3, depth + 1).value, type, start, tokens)
  }
  if (type !== '(') tokens.unexpected(...place)
  tokens.take()
  const inner = parseSum(tokens, place, 0, depth + 1)
  tokens.expect(')', ...place)
  reportExperiment(inner, tokens)
  return inner
}

function parseRest (first: Seconds, tokens: TokenStream, place: Place, least: number, depth: number): Seconds {
  for (;;) {
    const precedence = PRECEDENCE[tokens.peek()]
    if (precedence === undefined || precedence < least) return first
    const isPower = tokens.take() === '^'
    parseSum(tokens, place, isPower ? precedence : precedence + 1, depth + 1)
    reportExperiment(first, tokens)
  }
}

function reportExperiment ({ start }: Seconds, tokens: TokenStream): void {
  tokens.report('experimental duration expression is not enabled', start)
}
