import t from 'tap'
import { summarize } from '../../../examples/paper-trader/summary.js'
import { Tally } from '../../../examples/paper-trader/tally.js'
import { Floor, startMs } from './floor.js'

function session () {
  const floor = new Floor()
  const tally = new Tally()
  floor.dispatcher.on(tally.listeners)
  return { floor, tally, input: { feedName: 'a test', ticks: 12_345, fromMs: startMs, toMs: startMs + 95_000, elapsedSeconds: 1.25, ledger: floor.ledger, tally } }
}

await t.test('sums a session up in an aligned table', async t => {
  const { floor, tally, input } = session()
  const { emit } = floor
  const order = { orderId: 'o', strategyId: 'winner', symbol: 'A/B', side: 'buy', venue: 'v' } as const
  for (const reason of ['position limit', 'order size', 'position limit', 'kill switch']) emit('intentDenied', { strategyId: 'winner', symbol: 'A/B', side: 'buy', reason })
  for (let i = 0; i < 5; i++) emit('intentAllowed', { strategyId: 'winner', symbol: 'A/B', side: 'buy' })
  for (let i = 0; i < 5; i++) emit('orderPlaced', { ...order, quantity: 1, price: 100 })
  emit('orderFilled', { ...order, quantity: 10, price: 100, fee: 1, complete: false })
  emit('orderFilled', { ...order, quantity: 5, price: 100, fee: 1, complete: true })
  emit('orderFilled', { ...order, side: 'sell', quantity: 15, price: 200, fee: 3, complete: true })
  emit('orderRejected', { ...order, reason: 'x' })
  emit('orderCancelled', order)
  emit('orderPlaced', { ...order, strategyId: 'a', quantity: 1, price: 100 })
  t.equal(tally.open, 2)
  t.strictSame(summarize(input).split('\n'), [
    '12,345 ticks of a test: 95.0 s of market time in 1.3 s',
    '',
    'strategy   orders  filled  rejected  cancelled  fills  trades      won       PnL  fees  drawdown',
    'a               1       0         0          0      0       0        –      0.00  0.00     0.0 %',
    'winner          5       2         1          1      3       1  100.0 %  1,495.00  5.00     0.0 %',
    'portfolio       6       2         1          1      3       1           1,495.00  5.00     0.0 %',
    '',
    'equity   101,495.00 of 100,000.00, cash 101,495.00, exposure 0.00',
    'intents  5 allowed, 4 denied (position limit 2, kill switch 1, order size 1)'
  ])
})

await t.test('has something to say about a session in which nothing happened', async t => {
  const { input } = session()
  const lines = summarize({ ...input, ticks: 0, toMs: startMs + 2 * 86_400_000 + 3 * 3_600_000 + 60_000 }).split('\n')
  t.equal(lines[0], '0 ticks of a test: 2 d 3 h 1 min of market time in 1.3 s')
  const lasting = (ms: number): string | undefined => /: (.*) of market/.exec(summarize({ ...input, ticks: 0, toMs: startMs + ms }))?.[1]
  t.strictSame([119_900, 155_600, 3_600_000, 3_725_000].map(lasting), ['119.9 s', '2 min 36 s', '1 h', '1 h 2 min 5 s'], 'no second is lost')
  t.equal(lines.at(-1), 'intents  0 allowed, 0 denied')
})
