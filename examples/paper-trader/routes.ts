import type { FastifyPluginAsync } from 'fastify'
import { Type, type Static, type TSchema } from 'typebox'
import type { Bus } from '../../src/contracts/bus.js'
import { compileCheck } from '../../src/contracts/check.js'
import { Side } from '../../src/contracts/events.js'
import type { Ledger } from '../../src/portfolio/ledger.js'
import type { PaperBroker } from './broker.js'
import { topics, type Decision, type Intent } from './messages.js'
import type { RiskEngine } from './risk-engine.js'

export interface RoutesOptions {
  readonly bus: Bus
  readonly ledger: Ledger
  readonly broker: PaperBroker
  readonly risk: RiskEngine
}

/** `strategy_id` of what people trade over HTTP. */
export const manual = 'manual'

const IntentBody = Type.Object({
  symbol: Type.String({ minLength: 1, maxLength: 40 }),
  side: Side,
  quantity: Type.Number({ exclusiveMinimum: 0 }),
  type: Type.Optional(Type.Union([Type.Literal('market'), Type.Literal('limit')])),
  /** Makes it a limit order: the worst acceptable price. */
  limitPrice: Type.Optional(Type.Number({ exclusiveMinimum: 0 }))
}, { additionalProperties: false })

const KillSwitchBody = Type.Object({ active: Type.Boolean() }, { additionalProperties: false })

/** Fastify's own validator would drop an unknown key and turn `true` into 1: too lenient where money is concerned. */
const validatorCompiler = ({ schema }: { schema: TSchema }) => {
  const check = compileCheck('body', schema)
  return (value: unknown) => {
    try {
      return { value: check(value) }
    } catch (error) {
      return { error: error as Error }
    }
  }
}

/** What a person can do with curl: trade, look at orders and positions, pull the kill switch. */
export const routes: FastifyPluginAsync<RoutesOptions> = async (app, { bus, ledger, broker, risk }) => {
  let intents = 0
  let decided: Decision | undefined
  bus.subscribe<Decision>(topics.decisions, decision => {
    if (decision.intent.strategyId === manual) decided = decision
  })

  app.post<{ Body: Static<typeof IntentBody> }>('/intents', { schema: { body: IntentBody }, validatorCompiler }, async (request, reply) => {
    const { symbol, side, quantity, limitPrice, type = limitPrice === undefined ? 'market' : 'limit' } = request.body
    if ((type === 'limit') !== (limitPrice !== undefined)) {
      return await reply.code(400).send({ statusCode: 400, error: 'Bad Request', message: 'a limit order has a limitPrice, a market order has none' })
    }
    const intent: Intent = { intentId: `${manual}-${++intents}`, strategyId: manual, symbol, side, quantity, type, limitPrice }
    // The bus is in this process: when `publish` returns, the risk engine has decided.
    bus.publish(topics.intents, intent)
    if (decided?.intent.intentId !== intent.intentId) {
      return await reply.code(503).send({ statusCode: 503, error: 'Service Unavailable', message: 'the risk engine does not answer' })
    }
    const { allowed, orderId, reason, detail } = decided
    return await reply.code(allowed ? 202 : 200).send({ intentId: intent.intentId, allowed, orderId, reason, detail })
  })

  app.post<{ Body: Static<typeof KillSwitchBody> }>('/kill-switch', { schema: { body: KillSwitchBody }, validatorCompiler }, async request => {
    bus.publish(topics.killSwitch, { active: request.body.active, reason: 'somebody asked for it over HTTP' })
    return { active: risk.killSwitch }
  })

  app.get('/orders', async () => {
    return {
      orders: broker.orders().map(({ order, status, filledQuantity, reason }) => ({ ...order, status, filledQuantity, reason }))
    }
  })

  app.get('/positions', async () => ({ portfolio: ledger.portfolio(), positions: ledger.positions() }))

  app.get('/', async () => ({
    'GET /metrics': 'what Prometheus scrapes',
    'GET /orders': 'open orders, then those that ended last',
    'GET /positions': 'the books: portfolio and positions',
    'GET /attribution': 'what made the money: by strategy, by period, beside the market',
    'GET /report': 'the tear sheet: a page, or ?format=json, ?format=md',
    'GET /strategies': 'how the strategies do',
    'POST /intents': 'a trade: {"symbol","side":"buy"|"sell","quantity"} and, for a limit order, "limitPrice"',
    'POST /kill-switch': '{"active":true} cancels all orders and denies all intents; {"active":false} goes on'
  }))
}
