import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import { parse, ParseError } from '../../src/promql/parser.js'
import { prettyPrint } from '../../src/promql/pretty-printer.js'
import { translateAst } from '../../src/promql/translate-ast.js'
import { startPrometheus, type Prometheus } from '../support/prometheus.js'
import { Random } from './differential/random.js'
import { RandomQueries } from './random-queries.js'

const CASES = 600
const AT_ONCE = 8

/** What came of a query: its JSON and its formatted text, or the error. */
type Outcome = { readonly ast: unknown, readonly text: unknown } | { readonly error: string }

async function ask (url: string, endpoint: string, query: string): Promise<{ data?: unknown, error?: string }> {
  const answer = await fetch(`${url}/api/v1/${endpoint}`, { method: 'POST', body: new URLSearchParams({ query }) })
  return await answer.json() as { data?: unknown, error?: string }
}

async function outcomeOfPrometheus (url: string, query: string): Promise<Outcome> {
  const [ast, text] = await Promise.all(['parse_query', 'format_query'].map(async endpoint => await ask(url, endpoint, query)))
  if (ast!.error === undefined) return { ast: ast!.data, text: text!.data }
  return { error: ast!.error.replace('invalid parameter "query": ', '') }
}

function ourOutcome (query: string): Outcome {
  try {
    const expr = parse(query)
    return { ast: JSON.parse(JSON.stringify(translateAst(expr))), text: prettyPrint(expr) }
  } catch (error) {
    if (error instanceof ParseError) return { error: error.message }
    throw error
  }
}

/** Queries of consecutive seeds, some of them with faults, checked a few at a time. */
async function each (queryOf: (queries: RandomQueries) => string, check: (query: string, seed: number) => Promise<void>): Promise<void> {
  for (let first = 1; first <= CASES; first += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, async (_, i) => {
      await check(queryOf(new RandomQueries(new Random(first + i))), first + i)
    }))
  }
}

const prometheus: Prometheus = await startPrometheus(t, {})
const { version } = await prometheus.api('status/buildinfo') as { version: string }
const isReference = version.startsWith('3.5.')

await t.test('takes, prints and refuses queries as Prometheus 3.5 does', { skip: !isReference && 'needs Prometheus 3.5 in PROMETHEUS' }, async t => {
  for (const [kind, queryOf] of [
    ['random', (queries: RandomQueries) => queries.query()],
    ['with faults', (queries: RandomQueries) => queries.mutated(queries.query())]
  ] as const) {
    let refused = 0
    await each(queryOf, async (query, seed) => {
      const expected = await outcomeOfPrometheus(prometheus.url, query)
      // Its parser panics now and then when it goes on behind an error.
      if ('error' in expected && expected.error === 'unexpected error') return
      const ours = ourOutcome(query)
      if ('error' in ours) refused++
      if (!isDeepStrictEqual(ours, expected)) t.same(ours, expected, `${kind}, seed ${seed}: ${JSON.stringify(query)}`)
    })
    t.ok(refused > CASES / 10 && refused < CASES * 0.95, `${kind}: ${refused} of ${CASES} refused by both`)
  }
})

await t.test('understands queries as an older Prometheus does', { skip: isReference }, async t => {
  let understood = 0
  await each(queries => queries.query(), async (query, seed) => {
    const { data, error } = await ask(prometheus.url, 'format_query', query)
    if (error !== undefined) return
    understood++
    const ours = ourOutcome(query)
    const text = 'text' in ours ? String(ours.text) : ours.error
    // Its layout differs from that of 3.5; both have to be the same query to it.
    const { data: again } = await ask(prometheus.url, 'format_query', text)
    if (again !== data) t.equal(again, data, `seed ${seed}: ${JSON.stringify(query)}\n${text}`)
  })
  t.ok(understood > CASES / 5, `${understood} of ${CASES} understood by both`)
})
