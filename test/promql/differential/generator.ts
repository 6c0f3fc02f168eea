import { dataEndMs, dataStartMs, type Profile } from './data.js'
import { damage, render, type Fragment } from './fragments.js'
import * as words from './words.js'
import type { QueryCase } from './oracle.js'
import type { Random } from './random.js'

export interface GeneratedCase extends QueryCase {
  /** The expression as a tree of text, to be made smaller. */
  readonly fragment: Fragment
}

type Part = string | Fragment

/** A parameter that a warning or an error may print. */
const inexactParameter = new RegExp(`(?:k|quantile|ratio|over_time|smoothing)(?: (?:by|without) \\([^)]*\\))? ?\\([^,]*(?:${words.inexact.source})`)

/**
 * Makes queries over the data set of data.ts: every function, aggregation, operator and modifier, well-typed but for one
 * in thirty, and one in twenty-five with damaged text. The same random stream gives the same cases.
 */
export class Generator {
  readonly #random: Random
  readonly #full: boolean
  #subqueries = 0
  /** Prometheus overlooks `@` in the parameter of an aggregation: `start()` and `end()` do nothing there, and other moments wander off. */
  #isInParameter = false

  constructor (random: Random, profile: Profile) {
    this.#random = random
    this.#full = profile === 'full'
  }

  next (): GeneratedCase {
    for (;;) {
      const generated = this.#generate()
      if (this.#isComparable(generated.expr)) return generated
    }
  }

  /** Whether two right implementations must agree: of a last digit they may make no other label, remainder or angle. */
  #isComparable (expr: string): boolean {
    if (!this.#full && words.changed.test(expr)) return false
    if (inexactParameter.test(expr)) return false
    const inexact = expr.match(words.inexact)?.length ?? 0
    return inexact === 0 || (!/count_values|%/.test(expr) && (inexact === 1 || !words.amplifying.test(expr)))
  }

  #generate (): GeneratedCase {
    const random = this.#random
    this.#subqueries = 0
    this.#isInParameter = false
    const depth = random.weighted([[1, 1], [3, 2], [3, 3], [1, 4]])
    let fragment = random.weighted<() => Fragment>([
      [90, () => this.#vector(depth)], [7, () => this.#scalar(depth)], [this.#full ? 2 : 0, () => this.#matrix(depth)], [1, () => this.#string()]
    ])()
    if (this.#full && random.chance(0.04)) fragment = damage(fragment, random)
    return { fragment, expr: render(fragment), ...this.#times() }
  }

  #times (): { startMs: number, endMs: number, stepMs: number | undefined } {
    const random = this.#random
    // Half of the moments are those of samples; with Prometheus 2, none.
    const unitMs = this.#full ? random.pick([60_000, 15_000, 1000, 1]) : 1000
    const startMs = Math.floor(random.between(dataStartMs - 300_000, dataEndMs + 600_000) / unitMs) * unitMs + (this.#full ? 0 : 3)
    if (random.chance(0.5)) return { startMs, endMs: startMs, stepMs: undefined }
    const stepMs = random.pick(this.#full ? [15_000, 30_000, 60_000, 60_000, 300_000, 1_700_000, 7919, 1000] : [15_000, 30_000, 60_000, 300_000])
    const endMs = startMs + stepMs * random.between(0, 25) + (random.chance(0.2) ? random.below(stepMs) : 0)
    return { startMs, endMs, stepMs }
  }

  // Scalars and strings

  #scalar (depth: number): Fragment {
    const random = this.#random
    const of = (...parts: Part[]): Fragment => ({ kind: 'scalar', parts })
    if (depth <= 0) return random.chance(0.8) ? this.#number() : of(random.pick(['time()', 'pi()']))
    return random.weighted<() => Fragment>([
      [5, () => this.#number()],
      [1, () => of('scalar(', this.#vector(depth - 1), ')')],
      [1, () => of(this.#scalar(depth - 1), ` ${random.pick(words.arithmetic)} `, this.#scalar(depth - 1))],
      [0.5, () => of('(', this.#scalar(depth - 1), ` ${random.pick(words.comparisons)} bool `, this.#scalar(depth - 1), ')')],
      [0.5, () => of(random.pick(['-', '+']), this.#scalar(depth - 1))],
      [0.7, () => of('(', this.#scalar(depth - 1), ')')],
      [1, () => of(random.pick(['time()', 'pi()']))]
    ])()
  }

  #number (): Fragment {
    return { kind: 'scalar', parts: [this.#random.pick(this.#full ? words.numbers : words.calmNumbers)] }
  }

  #string (): Fragment {
    return { kind: 'string', parts: [this.#random.pick(words.strings)] }
  }

  // Selectors

  #selector (metrics: readonly words.Metric[] = words.metrics): Fragment {
    const random = this.#random
    const metric = random.pick(this.#full ? metrics : metrics.filter(({ common }) => common !== false))
    const matchers = metric.labels.filter(() => random.chance(0.25)).map(label => this.#matcher(label))
    const { name } = metric
    /** Braces with what comes first in them, each matcher removable. */
    const inside = (before: string, first: string): Fragment => {
      const parts = matchers.map((text, i): Part => ({ kind: 'optional', parts: [first === '' && i === 0 ? text : `, ${text}`] }))
      return { kind: 'vector', parts: [`${before}{${first}`, ...parts, random.chance(0.03) ? ',}' : '}'] }
    }
    if (!/^[a-z_]+$/.test(name)) return inside('', `"${name}"`)
    if (random.chance(0.05)) return inside('', `__name__="${name}"`)
    if (random.chance(0.03)) {
      return inside('', `__name__=~"${random.pick([`${name}|limit`, `${name.slice(0, 3)}.+`, 'twin_.', 'twin_a|small_steps', `(?i)${name.toUpperCase()}`])}"`)
    }
    if (this.#full && random.chance(0.03)) return inside('', `"${name}"`)
    return matchers.length === 0 ? { kind: 'vector', parts: [name] } : inside(name, '')
  }

  #matcher ({ name, values }: words.Label): string {
    const random = this.#random
    const value = random.pick(values)
    const quote = JSON.stringify
    const label = /^\w+$/.test(name) ? this.#full && random.chance(0.05) ? `"${name}"` : name : `"${name}"`
    return random.weighted<() => string>([
      [6, () => `${label}=${quote(value)}`],
      [2, () => `${label}!=${quote(value)}`],
      [2, () => `${label}=~${quote(random.pick([`${value}|${random.pick(values)}`, '.+', '.*', `${value.slice(0, 1)}.*`, '[a-m0-4].*', '', '(?i:A.*)|.', '[^2]+']))}`],
      [1, () => `${label}!~${quote(random.pick([value, '.+', `${value.slice(0, 1)}.*`, '', '\\d+']))}`],
      [0.5, () => `nosuch${random.pick(['=', '!=', '=~', '!~'])}"${random.pick(['', 'x', '.*'])}"`]
    ])()
  }

  #duration (most = 3_600_000): string {
    const random = this.#random
    const fitting = words.durations.filter(([ms, , common]) => ms <= most && (this.#full || common))
    return random.pick(fitting)[1]
  }

  /** ` offset …`, ` @ …`, both, and mostly nothing. */
  #modifiers (): Fragment[] {
    const random = this.#random
    const found: Fragment[] = []
    if (random.chance(0.12)) found.push({ kind: 'optional', parts: [` offset ${random.chance(0.3) ? '-' : ''}${this.#duration()}`] })
    if (random.chance(0.08) && !this.#isInParameter) {
      const atSeconds = Math.floor(random.between(dataStartMs, dataEndMs) / 60_000) * 60 + (this.#full ? random.pick([0, 0.5, 0.001]) : 0.003)
      found.push({ kind: 'optional', parts: [` @ ${random.pick(['start()', 'end()', String(atSeconds)])}`] })
    }
    return random.chance(0.5) ? found : found.reverse()
  }

  #matrix (depth: number, metrics?: readonly words.Metric[]): Fragment {
    const random = this.#random
    if (depth > 0 && random.chance(0.25) && this.#subqueries < (this.#full ? 2 : 1)) {
      this.#subqueries++
      const expr = random.chance(0.97) ? this.#vector(depth - 1) : this.#scalar(depth - 1)
      const step = random.chance(0.3) ? '' : random.pick(['30s', '1m', '45s', '2m', '5m', '90s'])
      return { kind: 'matrix', parts: ['(', expr, `)[${this.#full ? this.#duration(1_800_000) : random.pick(['5m', '10m', '30m'])}:${step}]`, ...this.#modifiers()] }
    }
    return { kind: 'matrix', parts: [this.#selector(metrics), `[${this.#duration()}]`, ...this.#modifiers()] }
  }

  // Vectors

  #vector (depth: number): Fragment {
    const random = this.#random
    // Ill-typed on purpose, now and then: the type check has its words, too.
    if (this.#full && random.chance(0.008)) return random.pick([() => this.#scalar(depth), () => this.#matrix(0), () => this.#string()])()
    if (depth <= 0) return { kind: 'vector', parts: [this.#selector(), ...this.#modifiers()] }
    return random.weighted<() => Fragment>([
      [3, () => ({ kind: 'vector', parts: [this.#selector(), ...this.#modifiers()] })],
      [8, () => this.#rangeFunction(depth)],
      [7, () => this.#vectorFunction(depth)],
      [7, () => this.#aggregation(depth)],
      [8, () => this.#binary(depth)],
      [1.5, () => this.#histogramFunction(depth)],
      [1.2, () => this.#labelFunction(depth)],
      [0.7, () => this.#of('(', this.#vector(depth - 1), ')')],
      [0.5, () => this.#of(random.pick(['-', '+', '-']), this.#vector(depth - 1))]
    ])()
  }

  #of (...parts: Part[]): Fragment {
    return { kind: 'vector', parts }
  }

  #rangeFunction (depth: number): Fragment {
    const random = this.#random
    const name = random.pick([...words.rangeFunctions, ...words.rateFunctions, ...words.rateFunctions, ...this.#full ? words.newRangeFunctions : []])
    const isRate = words.rateFunctions.includes(name)
    const ofCounter = isRate && (random.chance(0.85) || !this.#full)
    const matrix = this.#matrix(ofCounter && !this.#full ? 0 : depth - 1, ofCounter ? words.counters : undefined)
    if (this.#full && random.chance(0.06)) {
      const [from, to] = [this.#scalar(depth - 2), this.#scalar(depth - 2)]
      return this.#of('double_exponential_smoothing(', matrix, ', ', random.chance(0.8) ? random.pick(['0.1', '0.5', '0.9']) : from, ', ',
        random.chance(0.8) ? random.pick(['0.2', '0.5', '0.8']) : to, ')')
    }
    if (random.chance(0.06)) {
      return this.#of('quantile_over_time(', random.chance(0.7) ? random.pick(words.quantiles) : this.#scalar(depth - 1), ', ', matrix, ')')
    }
    if (random.chance(0.06)) return this.#of('predict_linear(', matrix, ', ', random.chance(0.7) ? random.pick(['60', '3600', '-300']) : this.#scalar(depth - 1), ')')
    if (random.chance(0.03)) return this.#of('absent_over_time(', matrix, ')')
    return this.#of(`${name}(`, matrix, ')')
  }

  #vectorFunction (depth: number): Fragment {
    const random = this.#random
    const vector = (): Fragment => this.#vector(depth - 1)
    const scalar = (): Fragment => this.#scalar(depth - 1)
    return random.weighted<() => Fragment>([
      [8, () => this.#of(`${random.pick(words.mathFunctions)}(`, vector(), ')')],
      [1, () => this.#of('round(', vector(), ...random.chance(0.5) ? [', ', scalar()] : [], ')')],
      [1, () => this.#of('clamp(', vector(), ', ', scalar(), ', ', scalar(), ')')],
      [1, () => this.#of(`${random.pick(['clamp_min', 'clamp_max'])}(`, vector(), ', ', scalar(), ')')],
      [1, () => this.#of('timestamp(', vector(), ')')],
      [1, () => this.#of('absent(', vector(), ')')],
      [1, () => this.#of('vector(', scalar(), ')')],
      [1, () => this.#of(`${random.pick(['sort', 'sort_desc'])}(`, vector(), ')')],
      [2, () => {
        const name = random.pick(words.calendarFunctions)
        if (random.chance(0.2)) return this.#of(`${name}()`)
        return random.chance(0.5) ? this.#of(`${name}(moment_seconds)`) : this.#of(`${name}(`, vector(), ')')
      }],
      [this.#full ? 0.7 : 0, () => this.#of(`${random.pick(['sort_by_label', 'sort_by_label_desc'])}(`, random.chance(0.5) ? 'sortable' : vector(),
        ...random.some(['node', 'rack', 'job', 'code'], 1).map(label => `, "${label}"`), ')')]
    ])()
  }

  #histogramFunction (depth: number): Fragment {
    const random = this.#random
    if (this.#full && random.chance(0.1)) {
      return random.chance(0.5)
        ? this.#of(`${random.pick(words.histogramFunctions)}(`, this.#vector(depth - 1), ')')
        : this.#of('histogram_fraction(', this.#scalar(depth - 1), ', ', this.#scalar(depth - 1), ', ', this.#histogram(depth), ')')
    }
    return this.#of('histogram_quantile(', random.chance(0.7) ? random.pick(words.quantiles) : this.#scalar(depth - 1), ', ', this.#histogram(depth), ')')
  }

  #histogram (depth: number): Fragment {
    const random = this.#random
    const buckets = this.#selector(words.buckets)
    const rate = this.#of(`${random.pick(['rate', 'increase', 'rate', 'delta'])}(`, { kind: 'matrix', parts: [buckets, `[${this.#duration()}]`, ...this.#modifiers()] }, ')')
    return random.weighted<() => Fragment>([
      [2, () => this.#of(buckets, ...this.#modifiers())],
      [3, () => rate],
      [3, () => this.#of(`sum by (le${random.pick(['', ', job', ', instance', ', kind'])}) (`, rate, ')')],
      [1, () => this.#of('sum without (instance) (', rate, ')')],
      [1, () => this.#vector(depth - 1)]
    ])()
  }

  #labelFunction (depth: number): Fragment {
    const random = this.#random
    const target = random.pick(['new', 'job', 'path', 'instance', '__name__', ...this.#full ? ['not a name', '', 'ü'] : []])
    const inner = random.chance(0.5) ? this.#of('hits') : this.#vector(depth - 1)
    const label = (): string => random.pick(['path', 'job', 'code', 'n', 'nosuch', 'instance', '__name__'])
    if (random.chance(0.6)) {
      const [replacement, pattern] = random.pick(words.replacements)
      return this.#of('label_replace(', inner, `, "${target}", ${JSON.stringify(replacement)}, "${label()}", ${JSON.stringify(pattern)})`)
    }
    const sources = Array.from({ length: random.below(4) }, () => `, "${label()}"`)
    return this.#of('label_join(', inner, `, "${target}", "${random.pick(['', '-', ', ', 'é'])}"`, ...sources, ')')
  }

  #aggregation (depth: number): Fragment {
    const random = this.#random
    const operators = this.#full ? words.aggregations : words.plainAggregations
    const name = random.pick(operators)
    const parameter: Part[] = []
    const often = random.chance(0.75)
    const isInside = this.#isInParameter
    this.#isInParameter = true
    if (name === 'topk' || name === 'bottomk' || name === 'limitk') parameter.push(often ? random.pick(['1', '2', '3', '5']) : this.#scalar(depth - 1))
    if (name === 'quantile') parameter.push(often ? random.pick(words.quantiles) : this.#scalar(depth - 1))
    if (name === 'limit_ratio') parameter.push(often ? random.pick(['0.5', '-0.5', '0.1', '-0.9', '1', '0', '-1', '1.1', '-2']) : this.#scalar(depth - 1))
    if (name === 'count_values') parameter.push(random.pick(['"value"', '"job"', '"code"', ...this.#full ? ['""', '"a b"'] : []]))
    this.#isInParameter = isInside
    if (parameter.length > 0) parameter.push(', ')
    const labels = random.chance(0.1) ? ['nosuch'] : random.some(['job', 'instance', 'code', 'kind', 'le', 'side', '__name__'].filter(() => random.chance(0.5)))
    const written = labels.map(label => this.#full && random.chance(0.03) ? `"${label}"` : label).join(', ')
    const grouping: Fragment = {
      kind: 'optional', parts: [random.chance(0.3) ? '' : ` ${random.pick(['by', 'by', 'without'])} (${written}${written !== '' && random.chance(0.03) ? ',' : ''})`]
    }
    const body: Part[] = ['(', ...parameter, this.#vector(depth - 1), ')']
    return random.chance(0.7) ? this.#of(name, grouping, ' ', ...body) : this.#of(name, ...body, grouping)
  }

  #binary (depth: number): Fragment {
    const random = this.#random
    const wrapped = (fragment: Fragment): Part[] => random.chance(0.5) ? ['(', fragment, ')'] : [fragment]
    const operator = random.weighted([[4, random.pick(words.arithmetic)], [3, random.pick(words.comparisons)], [2, random.pick(words.sets)]])
    const isSet = words.sets.includes(operator)
    const bool: Fragment = { kind: 'optional', parts: [words.comparisons.includes(operator) && random.chance(0.35) ? ' bool' : ''] }
    if (!isSet && random.chance(0.4)) {
      const [vector, scalar] = [wrapped(this.#vector(depth - 1)), wrapped(this.#scalar(depth - 1))]
      return random.chance(0.6) ? this.#of(...vector, ` ${operator}`, bool, ' ', ...scalar) : this.#of(...scalar, ` ${operator}`, bool, ' ', ...vector)
    }
    if (!isSet && random.chance(0.5)) return this.#join(depth, operator, bool)
    const labels = random.some(['job', 'instance', 'code', 'kind', 'side', 'nosuch'])
    const matching: Fragment = { kind: 'optional', parts: [random.chance(0.4) ? '' : ` ${random.pick(['on', 'ignoring'])} (${labels.join(', ')})`] }
    const group: Fragment = { kind: 'optional', parts: [!isSet && matching.parts[0] !== '' && random.chance(0.3) ? random.pick([' group_left', ' group_right', ' group_left (job)']) : ''] }
    const left = this.#vector(depth - 1)
    // The same vector on both sides matches itself, one to one.
    const right = random.chance(0.3) ? left : this.#vector(depth - 1)
    return this.#of(...wrapped(left), ` ${operator}`, bool, matching, group, ' ', ...wrapped(right))
  }

  /** Two vectors whose labels fit. */
  #join (depth: number, operator: string, bool: Fragment): Fragment {
    const random = this.#random
    const many = random.pick(['requests_total', 'rate(requests_total[5m])', 'memory_bytes', 'temperature', 'errors_total'])
    const keyed = random.pick(['errors_total', 'memory_bytes', 'temperature', 'build_info'])
    const include = random.pick(['', ' (version)', ' (version, arch)', ' (code)', ' ()', ' (nosuch, room)'])
    const fill = (text: string): Fragment => random.chance(0.7) ? { kind: 'vector', parts: [text] } : this.#of('(', text, ` ${random.pick(words.arithmetic)} `, this.#scalar(depth - 1), ')')
    return random.weighted<() => Fragment>([
      [2, () => this.#of(fill(many), ` ${operator}`, bool, ' on (job, instance) group_left', { kind: 'optional', parts: [include] }, ' ', fill(keyed))],
      [2, () => this.#of(fill(keyed), ` ${operator}`, bool, ' on (job, instance) group_right', { kind: 'optional', parts: [include] }, ' ', fill(many))],
      [1, () => this.#of(fill(many), ` ${operator}`, bool, ` ${random.pick(['on (job)', 'ignoring (instance, code, method, room)'])} group_left `, fill('limit'))],
      [1, () => this.#of('sum by (job) (', this.#vector(depth - 1), `) ${operator}`, bool, ' ', random.pick(['', 'on (job) ', 'ignoring (code) ']), fill('limit'))],
      [1, () => this.#of(fill(keyed), ` ${operator}`, bool, ' on (job, instance) ', fill(random.pick(['errors_total', 'memory_bytes'])))],
      [1, () => this.#of(fill('twin_a'), ` ${operator}`, bool, ' ', fill('twin_b'))]
    ])()
  }
}
