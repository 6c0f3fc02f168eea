import { labelsOf, type Labels } from '../../../contracts/labels.js'
import { goQuote, unquote } from '../../../promql/go-text.js'

/** A value of a series at one step: a number, a staleness mark, or nothing. */
export type Step = number | 'stale' | undefined

/** The most steps that a series may have: what a notation as short as `1x1000000000` may ask for. */
const MAX_STEPS = 10_000_000

const DIGITS = String.raw`\d(?:_?\d)*`
const NUMBER = String.raw`(?:${DIGITS}(?:\.(?:${DIGITS})?)?(?:[eE][+-]?${DIGITS})?|\.${DIGITS}(?:[eE][+-]?${DIGITS})?|[iI][nN][fF]|[nN][aA][nN])`
// Inf and NaN run on into an `x` that follows them, and are then no numbers.
const ITEM = new RegExp(String.raw`^(?:(_)(?:x(\d+))?|(stale)|([+-]?${NUMBER})([+-]${NUMBER})?(?<![fFnN])x(\d+)|([+-]?${NUMBER}))$`)

/**
 * The values of a series in the notation of Prometheus's unit tests: `1 2 _ stale 5+1x3 7x2` is 1, 2, nothing, a staleness mark, 5, 6, 7, 8,
 * 7, 7, 7. Throws an `Error` that names the item. Native histograms (`{{…}}`) are refused: there are none here.
 */
export function parseValues (text: string): Step[] {
  const steps: Step[] = []
  if (/\n/.test(text.replace(/\n+$/, ''))) throw new Error('parse error: unexpected end of line in series values')
  for (const item of text.trim().split(/\s+/).filter(item => item !== '')) {
    if (item.includes('{{')) throw new Error(`${item}: native histograms are not supported`)
    const [, blank, blanks, stale, start, step = '0', times, single] = ITEM.exec(item) ?? []
    if (blank === undefined && stale === undefined && start === undefined && single === undefined) {
      throw new Error(`parse error: unexpected ${JSON.stringify(item)} in series values, expected a number, "stale", "_" or one of them with times`)
    }
    const count = blank === undefined ? Number(times ?? 0) + 1 : Number(blanks ?? 1)
    if (steps.length + count > MAX_STEPS) throw new Error(`${JSON.stringify(item)}: a series may have ${MAX_STEPS} values and no more`)
    for (let i = 0, at = numberOf(start ?? single ?? '0'); i < count; i++, at += numberOf(step)) {
      steps.push(blank !== undefined ? undefined : stale !== undefined ? 'stale' : at)
    }
  }
  return steps
}

const NAME = /^\s*([a-zA-Z_:][a-zA-Z0-9_:]*)?(?:\{(.*)\})?\s*$/s
/** Words of PromQL that name no metric. */
const NO_NAME = /^(?:on|ignoring|group_left|group_right|bool|atan2|inf|nan)$/i
const QUOTED = String.raw`"(?:[^"\\\n]|\\[abfnrtvxuU0-7\\"])*"|'(?:[^'\\\n]|\\[abfnrtvxuU0-7\\'])*'|` + '`[^`]*`'
const PART = new RegExp(String.raw`\s*(?:([a-zA-Z_][a-zA-Z0-9_]*|${QUOTED})\s*=\s*(${QUOTED})|(${QUOTED}))\s*(,|$)`, 'ys')

/** The labels of a series as in `name{label="value"}` or `{"name", label="value"}`. Throws an `Error` for anything else. */
export function parseMetric (text: string): Labels {
  const [, name, braces] = NAME.exec(text) ?? []
  if ((name === undefined && braces === undefined && text.trim() !== '') || NO_NAME.test(name ?? '') || /^\s*,/.test(braces ?? '')) {
    throw new Error(`parse error: bad metric ${JSON.stringify(text)}`)
  }
  const labels = Object.create(null) as Record<string, string>
  PART.lastIndex = 0
  const list = braces ?? ''
  while (PART.lastIndex < list.length && list.slice(PART.lastIndex).trim() !== '') {
    const found = PART.exec(list)
    if (found === null) throw new Error(`parse error: bad labels in ${JSON.stringify(text)}`)
    const [, key, value, quotedName] = found
    const label = quotedName !== undefined ? '__name__' : /^["'`]/.test(key!) ? unquote(key!) : key!
    if (Object.hasOwn(labels, label)) throw new Error(`label name ${goQuote(label)} is not unique: invalid sample`)
    labels[label] = unquote(quotedName ?? value!)
  }
  return labelsOf(name === undefined ? labels : { ...labels, __name__: name })
}

/** As Go reads it: `010` is 8, `1_000` is 1000. */
function numberOf (text: string): number {
  const [, sign, digits] = /^([+-]?)(.*)$/.exec(text) as unknown as [string, string, string]
  return (sign === '-' ? -1 : 1) * sizeOf(digits)
}

function sizeOf (digits: string): number {
  if (/^inf$/i.test(digits)) return Infinity
  if (/^nan$/i.test(digits)) return NaN
  if (/^0[_0-7]+$/.test(digits)) return Number(`0o${digits.replaceAll('_', '')}`)
  return Number(digits.replaceAll('_', ''))
}
