import { readFileSync } from 'node:fs'
import t from 'tap'
import { parse, ParseError } from '../../src/promql/parser.js'
import { print } from '../../src/promql/printer.js'
import { Random } from './differential/random.js'
import { RandomQueries } from './random-queries.js'

const MEGABYTE = 2 ** 20
const LIMIT_MS = 50

/** What this thread has had of a processor, in milliseconds: other work on the machine does not count. Only Linux tells; elsewhere, the time. */
function spentMs (): number {
  try {
    return Number(readFileSync('/proc/self/schedstat', 'latin1').split(' ')[0]) / 1e6
  } catch {
    return performance.now()
  }
}

/** What a parse takes: the least of three runs, for the first ones of a kind are compiled. Throws what is no `ParseError`. */
function parseMs (query: string): number {
  let best = Infinity
  for (let run = 0; run < 3 && best > LIMIT_MS; run++) {
    const start = spentMs()
    try {
      parse(query)
    } catch (error) {
      if (!(error instanceof ParseError)) throw error
    }
    best = Math.min(best, spentMs() - start)
  }
  return best
}

/** Text of a length, of one unit again and again. */
function filled (unit: string, length: number): string {
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length)
}

await t.test('answers hostile queries of every size at once', async t => {
  const units = [
    '(', ')', '{', '[', '-', '+', 'a ', 'a+', '2^', 'a or ', '"a"', '"\\n" ', '"\\xff" ', 'a{b="c",', 'b="c",', '1', '0', '1_', '1.', '1e', '0x', '1m', '9', '@', '[5m', '[5m:]',
    ' offset 5m', ' @ 5', 'a offset -', 'sum(', 'sum by(', 'sum by (a) (', 'abs(', 'f(1,', ',', '"b",', 'a,', '#', '#x\n', '\n', ' ', '\\', '\\n', 'é', '😀', '\ud800', '\ufffd',
    'a*on(b)group_left(b)', '1+', '1^', 'by', '$'
  ]
  for (const unit of units) {
    for (const length of [5000, 130_000, MEGABYTE]) {
      for (const [before, behind] of [['', ''], ['sum(', ')'], ['"', '"'], ['a[', ']'], ['a{', '}'], ['a{b=~"', '"}'], ['sum by (', ') (x)'], ['foo(', ')'], ['a offset ', '']]) {
        const ms = parseMs(before + filled(unit, length) + behind)
        if (ms > LIMIT_MS) t.fail(`${before}${JSON.stringify(unit)} to ${length}${behind} took ${ms.toFixed(1)} ms`)
      }
    }
  }
})

await t.test('compiles no regular expression that takes long', async t => {
  const units = [
    '(a*)*', '(a|a)*', '(a{30}){30}', 'a{1000}', 'x*', '.*|', 'a?', '(|a)', '(?i)', '(?:', '(?P<', '[', '[[:a', '[[:a:]', '[^a]', '\\\\p{', '\\\\pL', '\\\\Q', '\\\\b', '{1', '{1,',
    'a|', '|', '\\\\', '$^', 'é'
  ]
  for (const unit of units) {
    for (const length of [300, 2500, 19_000, 130_000]) {
      const ms = parseMs(`a{b=~"${filled(unit, length)}"}`)
      if (ms > LIMIT_MS) t.fail(`${unit} to ${length} took ${ms.toFixed(1)} ms`)
    }
  }
  const many = parseMs(`a{${'b=~"(a{900})",'.repeat(5000)}}`)
  t.ok(many < LIMIT_MS, `many expressions: ${many.toFixed(1)} ms`)
})

await t.test('throws nothing but parse errors, and prints what parses to the same', async t => {
  let parsed = 0
  for (let seed = 1; seed <= 6000; seed++) {
    const queries = new RandomQueries(new Random(seed))
    let query = queries.query()
    for (let i = 0; i < seed % 4; i++) query = queries.mutated(query)
    try {
      const text = print(parse(query))
      parsed++
      // Prometheus does not quote names in `on (…)`, and takes the sign into `+Inf`: those come back otherwise.
      if (!/quoted|inf/i.test(query) && print(parse(text)) !== text) t.fail(`seed ${seed}: ${JSON.stringify(query)} prints as ${text}`)
    } catch (error) {
      if (!(error instanceof ParseError)) t.fail(`seed ${seed}: ${JSON.stringify(query)}: ${(error as Error).stack}`)
    }
  }
  t.ok(parsed > 1000, `${parsed} parsed`)
})
