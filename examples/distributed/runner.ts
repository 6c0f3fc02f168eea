/** A strategy runner: `runner.ts NAME RISK_ENGINE_URL BROKER_URL ORDERS`. It bets that the last move of a made-up price goes on. */
import { setTimeout as sleep } from 'node:timers/promises'
import Fastify from 'fastify'
import njordPublisher from '../../plugins/publisher.js'
import njordTelemetry from '../../plugins/telemetry.js'
import { serve, settings } from './service.js'

const [name, riskEngine, broker, orders] = process.argv.slice(2) as [string, string, string, string]
const { redis, spool } = settings()
const app = Fastify()
await app.register(njordTelemetry, { enabled: true, bus: { redis } })
await app.register(njordPublisher, { instance: name, spool })
await serve(app)

const { emit } = app.njord
let price = 42_000
for (let placed = 0; placed < Number(orders);) {
  await sleep(100)
  try {
    if (await trade(placed)) placed++
  } catch (error) {
    emit('strategyError', { strategyId: name, message: (error as Error).message })
  }
}

/** Asks the risk engine, then the broker; false when it may not. */
async function trade (placed: number): Promise<boolean> {
  const move = Math.round(200 * (Math.random() - 0.5)) || 1
  price += move
  const intent = { strategyId: name, symbol: 'BTC/USDT', side: move > 0 ? 'buy' : 'sell', quantity: Math.ceil(Math.random() * 120) } as const
  emit('signalGenerated', { strategyId: name, symbol: intent.symbol })
  if ((await post(`${riskEngine}/intents`, intent))['allowed'] !== true) return false
  const order = { ...intent, orderId: `${name}-${placed}`, venue: 'broker', price, quantity: intent.quantity / 1000 }
  emit('orderPlaced', order)
  const startedMs = performance.now()
  await post(`${broker}/orders`, { symbol: order.symbol, side: order.side, quantity: order.quantity, price })
  emit('orderFilled', { ...order, fee: 0.01, complete: true, latencySeconds: (performance.now() - startedMs) / 1000 })
  return true
}

async function post (url: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${url} answers ${response.status}`)
  return await response.json() as Record<string, unknown>
}
