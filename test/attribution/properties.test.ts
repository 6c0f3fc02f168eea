import fc from 'fast-check'
import t from 'tap'
import {
  attributeLevels, attributePnl, attributePnlOverTime, attributeRisk, brinson, brinsonOverTime, geometricBrinson, geometricBrinsonOverTime, link,
  notionalFunds, type BrinsonOptions, type LevelNode, type LinkMethod, type SegmentedPeriod
} from '../../src/attribution/index.js'

const check = (property: fc.IRawProperty<unknown>) => { fc.assert(property, { seed: 20_240_501, numRuns: 200 }) }
const isNear = (found: number, wanted: number, scale = 1) => Math.abs(found - wanted) <= 1e-12 * Math.max(1, scale, Math.abs(wanted))
const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0)
const normalise = (weights: readonly number[]) => {
  const total = sum(weights)
  return weights.map(weight => weight / total)
}
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const segmented = (segments: number): fc.Arbitrary<SegmentedPeriod> => {
  const weights = fc.array(number(0.01, 1), { minLength: segments, maxLength: segments }).map(normalise)
  const returns = fc.array(number(-0.3, 0.4), { minLength: segments, maxLength: segments })
  return fc.record({ portfolioWeights: weights, benchmarkWeights: weights, portfolioReturns: returns, benchmarkReturns: returns })
}
const history = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 12 }))
  .chain(([segments, periods]) => fc.array(segmented(segments), { minLength: periods, maxLength: periods }))
const options = fc.record({
  model: fc.constantFrom('BF', 'BHB'), interaction: fc.constantFrom('separate', 'selection', 'allocation')
}) as fc.Arbitrary<BrinsonOptions>
const methods: readonly LinkMethod[] = ['carino', 'menchero', 'grap', 'frongello']
const permuted = (period: SegmentedPeriod, order: readonly number[]): SegmentedPeriod => ({
  portfolioWeights: order.map(at => period.portfolioWeights[at]!),
  benchmarkWeights: order.map(at => period.benchmarkWeights[at]!),
  portfolioReturns: order.map(at => period.portfolioReturns[at]!),
  benchmarkReturns: order.map(at => period.benchmarkReturns[at]!)
})

t.test('effects of a period sum to its active return, geometric ones compound to it', async t => {
  check(fc.property(segmented(5), options, (period, given) => {
    const { total, activeReturn, residual } = brinson(period, given)
    const { total: geometric, geometricExcess } = geometricBrinson(period)
    return isNear(total.allocation + total.selection + total.interaction, activeReturn) && isNear(residual, 0) &&
      isNear((1 + geometric.allocation) * (1 + geometric.selection) - 1, geometricExcess)
  }))
  t.pass()
})

t.test('linked effects sum to the compounded active return, whatever the method', async t => {
  check(fc.property(history, options, (periods, given) => methods.every(method => {
    const { value } = brinsonOverTime(periods, { ...given, method })
    const { allocation, selection, interaction, total, activeReturn, residual } = value!
    const byPeriod = value!.periods.map(period => sum(period.allocation) + sum(period.selection) + sum(period.interaction))
    const scale = sum(byPeriod.map(Math.abs))
    return isNear(sum(allocation) + sum(selection) + sum(interaction), activeReturn, scale) && isNear(residual, 0, scale) &&
      isNear(sum(byPeriod), activeReturn, scale) && isNear(total.allocation + total.selection + total.interaction, activeReturn, scale)
  })))
  check(fc.property(history, periods => {
    const funds = notionalFunds(periods)
    const geometric = geometricBrinsonOverTime(periods)
    return isNear(funds.allocation + funds.selection + funds.interaction, funds.activeReturn) && isNear(geometric.residual, 0)
  }))
  t.pass()
})

t.test('permuting segments permutes the effects; Carino and Menchero do not care for the order of the periods', async t => {
  check(fc.property(history, fc.infiniteStream(fc.nat()), options, (periods, draws, given) => {
    const segments = periods[0]!.portfolioWeights.length
    const keys = Array.from({ length: segments }, () => draws.next().value as number)
    const order = keys.map((_, at) => at).sort((a, b) => keys[a]! - keys[b]!)
    const plain = brinsonOverTime(periods, given).value!
    const other = brinsonOverTime(periods.map(period => permuted(period, order)), given).value!
    const backwards = (['carino', 'menchero'] as const).every(method => isNear(
      brinsonOverTime([...periods].reverse(), { ...given, method }).value!.allocation[0]!,
      brinsonOverTime(periods, { ...given, method }).value!.allocation[0]!))
    return backwards && order.every((from, to) => isNear(other.allocation[to]!, plain.allocation[from]!) &&
      isNear(other.selection[to]!, plain.selection[from]!) && isNear(other.interaction[to]!, plain.interaction[from]!))
  }))
  t.pass()
})

t.test('scaling returns scales the effects of a period', async t => {
  check(fc.property(segmented(4), options, number(0.1, 3), (period, given, factor) => {
    const scaled = {
      ...period,
      portfolioReturns: Array.from(period.portfolioReturns, value => value! * factor),
      benchmarkReturns: Array.from(period.benchmarkReturns, value => value! * factor)
    }
    const [plain, other] = [brinson(period, given), brinson(scaled, given)]
    return plain.allocation.every((effect, at) => isNear(other.allocation[at]!, effect * factor)) &&
      plain.selection.every((effect, at) => isNear(other.selection[at]!, effect * factor))
  }))
  t.pass()
})

t.test('levels sum (or compound) to the active return, however deep the tree', async t => {
  const { tree } = fc.letrec<{ tree: LevelNode[], node: LevelNode }>(tie => ({
    tree: fc.array(tie('node'), { minLength: 1, maxLength: 4 }),
    node: fc.oneof({ depthSize: 'small', withCrossShrink: true }, fc.record({
      name: fc.string({ maxLength: 4 }),
      portfolioWeight: fc.oneof(fc.constant(0), number(0.01, 1)),
      benchmarkWeight: fc.oneof(fc.constant(0), number(0.01, 1)),
      portfolioReturn: fc.oneof(fc.constant(null), number(-0.3, 0.4)),
      benchmarkReturn: number(-0.3, 0.4)
    }), fc.record({ name: fc.string({ maxLength: 4 }), parts: tie('tree') }))
  }))
  const weigh = (nodes: readonly LevelNode[], side: 'portfolioWeight' | 'benchmarkWeight'): number =>
    sum(nodes.map(node => 'parts' in node ? weigh(node.parts, side) : node[side]))
  const normal = (nodes: readonly LevelNode[], ours: number, theirs: number): LevelNode[] => nodes.map(node => 'parts' in node
    ? { ...node, parts: normal(node.parts, ours, theirs) }
    : { ...node, portfolioWeight: node.portfolioWeight / ours, benchmarkWeight: node.benchmarkWeight / theirs })
  check(fc.property(tree, nodes => {
    const [ours, theirs] = [weigh(nodes, 'portfolioWeight'), weigh(nodes, 'benchmarkWeight')]
    fc.pre(ours > 0 && theirs > 0)
    return (['arithmetic', 'geometric'] as const).every(kind => {
      const found = attributeLevels(normal(nodes, ours, theirs), { kind })
      return isNear(found.residual, 0) && isNear(sum(found.effects.map(effect => effect.allocation)), sum(found.allocation)) &&
        isNear(sum(found.effects.map(effect => effect.selection)), found.selection)
    })
  }))
  t.pass()
})

const strategies = fc.array(fc.record({
  strategyId: fc.constantFrom('trend', 'carry', 'grid', 'arb'),
  trading: number(-1e6, 1e6),
  fees: number(-1e3, 1e4),
  funding: number(-1e4, 1e4),
  costs: number(0, 1e4)
}), { maxLength: 5 })
const day = fc.record({ strategies, cash: number(-100, 100), total: number(-1e5, 1e5), startEquity: number(1e6, 1e7) })

t.test('PnL parts and residual sum to the total: of a period, by strategy, by day and linked', async t => {
  check(fc.property(fc.array(day, { minLength: 1, maxLength: 20 }), days => {
    const found = attributePnlOverTime(days)
    const { linked } = found
    const scale = sum(days.flatMap(({ strategies: list }) => list.map(({ trading }) => Math.abs(trading)))) + 1e5
    const isWhole = ({ strategies: list, cash, residual, total, effects }: ReturnType<typeof attributePnl>) =>
      isNear(sum(list.map(({ net }) => net)) + cash + residual, total, scale) &&
      isNear(effects.trading + effects.fees + effects.funding + effects.costs, effects.net, scale)
    return isWhole(found) && found.periods.every(isWhole) && isNear(sum(found.periods.map(({ total }) => total)), found.total, scale) &&
      isNear(sum(linked.value!.strategies.map(({ contribution }) => contribution)) + linked.value!.cash + linked.value!.residual,
        linked.value!.totalReturn, scale / 1e6)
  }))
  t.pass()
})

t.test('component risks sum to the volatility; parts of the ratios to the ratios', async t => {
  const rows = fc.integer({ min: 2, max: 30 }).chain(length =>
    fc.array(fc.array(number(-0.1, 0.1), { minLength: length, maxLength: length }), { minLength: 1, maxLength: 5 }))
  check(fc.property(rows, lists => {
    const found = attributeRisk(lists.map((contributions, at) => ({ strategyId: String(at), contributions })), {
      periodsPerYear: 365, riskFree: 0.0001, requiredReturn: 0.0002
    })
    if (found.sharpe.value === null || found.sortino.value === null || found.volatility.value! < 1e-6) return true
    const total = (key: 'componentRisk' | 'riskShare' | 'sharpe' | 'sortino') => sum(found.strategies.map(strategy => strategy[key].value!))
    const scale = 1e3 * (1 + sum(found.strategies.map(({ sharpe, sortino }) => Math.abs(sharpe.value!) + Math.abs(sortino.value!))))
    return isNear(total('componentRisk'), found.volatility.value!, scale) && isNear(total('riskShare'), 1, scale) &&
      isNear(total('sharpe') + found.hurdleSharpe.value!, found.sharpe.value, scale) &&
      isNear(total('sortino') + found.hurdleSortino.value!, found.sortino.value, scale)
  }))
  t.pass()
})

t.test('a single period links to itself', async t => {
  check(fc.property(segmented(3), period => methods.every(method => {
    const plain = brinson(period)
    const { value } = brinsonOverTime([period], { method })
    return plain.allocation.every((effect, at) => isNear(value!.allocation[at]!, effect))
  })))
  t.same(link([]), { value: null, reason: 'no observations' })
})
