import { goQuote } from './go-text.js'

/** What a query is made of. Words and signs are their own type; the word's own case is in the text. */
export type TokenType =
  'eof' | 'identifier' | 'metricIdentifier' | 'number' | 'duration' | 'string' |
  Sign | Operator | SetWord | Aggregator | Keyword | Preprocessor

type Sign = '(' | ')' | '{' | '}' | '[' | ']' | ',' | ':' | '='
type Operator = '+' | '-' | '*' | '/' | '%' | '^' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '=~' | '!~' | '@'
type SetWord = 'and' | 'or' | 'unless' | 'atan2'
type Aggregator =
  'sum' | 'avg' | 'count' | 'min' | 'max' | 'group' | 'stddev' | 'stdvar' | 'topk' | 'bottomk' | 'count_values' | 'quantile' | 'limitk' | 'limit_ratio'
type Keyword = 'offset' | 'by' | 'without' | 'on' | 'ignoring' | 'group_left' | 'group_right' | 'bool'
type Preprocessor = 'start' | 'end'

const SET_WORDS: readonly SetWord[] = ['and', 'or', 'unless', 'atan2']
const AGGREGATOR_WORDS: readonly Aggregator[] = [
  'sum', 'avg', 'count', 'min', 'max', 'group', 'stddev', 'stdvar', 'topk', 'bottomk', 'count_values', 'quantile', 'limitk', 'limit_ratio'
]
const KEYWORD_WORDS: readonly Keyword[] = ['offset', 'by', 'without', 'on', 'ignoring', 'group_left', 'group_right', 'bool']
const PREPROCESSOR_WORDS: readonly Preprocessor[] = ['start', 'end']
const SIGNS: readonly Sign[] = ['(', ')', '{', '}', '[', ']', ',', ':', '=']

/** The types of the words, in lower case, that are no identifiers. */
export const WORDS: ReadonlyMap<string, TokenType> = new Map<string, TokenType>([
  ...[...SET_WORDS, ...AGGREGATOR_WORDS, ...KEYWORD_WORDS, ...PREPROCESSOR_WORDS].map(word => [word, word] as const),
  ['inf', 'number'], ['nan', 'number']
])

export const AGGREGATORS: ReadonlySet<TokenType> = new Set(AGGREGATOR_WORDS)
const KEYWORDS: ReadonlySet<TokenType> = new Set(KEYWORD_WORDS)
const PLAIN: ReadonlySet<TokenType> = new Set([...SIGNS, ...PREPROCESSOR_WORDS])

/** Words that name metrics as well; `bool`, `on`, `ignoring`, `group_left`, `group_right` and `atan2` do not. */
export const METRIC_NAMES: ReadonlySet<TokenType> = new Set<TokenType>([
  'identifier', 'metricIdentifier', ...AGGREGATOR_WORDS, 'by', 'without', 'offset', 'and', 'or', 'unless', 'start', 'end'
])

/** Words that name labels in `by (…)`, `on (…)` and the like; all but `without`. */
export const LABEL_NAMES: ReadonlySet<TokenType> = new Set<TokenType>([
  ...METRIC_NAMES, 'bool', 'on', 'ignoring', 'group_left', 'group_right', 'atan2'
].filter(type => type !== 'without') as TokenType[])

/** What an expression may begin with. */
export const EXPRESSION_STARTS: ReadonlySet<TokenType> = new Set<TokenType>([...METRIC_NAMES, 'number', 'duration', 'string', '(', '{', '+', '-'])

/** A token as the messages of Prometheus name it: `identifier "b"`, `<by>`, `<op:+>`, `<aggr:sum>`, `")"`, `end of input`. */
export function describeToken (type: TokenType, text: string): string {
  switch (type) {
    case 'eof': return 'end of input'
    case 'identifier': return `identifier ${goQuote(text)}`
    case 'metricIdentifier': return `metric identifier ${goQuote(text)}`
    case 'number': case 'duration': case 'string': return `${type} ${shortened(text)}`
    // Prometheus has no name for this one, and prints the number that its parser generator gave it.
    case '@': return '"<Item 57400>" <op:@>'
  }
  if (PLAIN.has(type)) return shortened(text)
  return KEYWORDS.has(type) ? `<${text}>` : AGGREGATORS.has(type) ? `<aggr:${text}>` : `<op:${text}>`
}

function shortened (text: string): string {
  if (text.length <= 3 || Buffer.byteLength(text) <= 10) return goQuote(text)
  let end = 0
  for (let count = 0; count < 10 && end < text.length; count++) end += text.codePointAt(end)! > 0xffff ? 2 : 1
  return `${goQuote(text.slice(0, end))}...`
}
