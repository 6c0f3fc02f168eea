import Fastify, { type FastifyInstance } from 'fastify'
import njordTelemetry, { type NjordTelemetryOptions } from '../../plugins/telemetry.js'

interface Intent {
  strategyId: string
  symbol: string
  side: 'buy' | 'sell'
  quantity: number
}

const text = { type: 'string', minLength: 1 }
const body = {
  type: 'object',
  required: ['strategyId', 'symbol', 'side', 'quantity'],
  additionalProperties: false,
  properties: { strategyId: text, symbol: text, side: { enum: ['buy', 'sell'] }, quantity: { type: 'number', exclusiveMinimum: 0 } }
}

/** A risk engine that was there before, and the lines that give it metrics: the import, `register` and each `emit`. */
export async function buildRiskEngine (maxQuantity = 100, telemetry: NjordTelemetryOptions = {}): Promise<FastifyInstance> {
  const app = Fastify()
  await app.register(njordTelemetry, { enabled: true, ...telemetry })

  app.post<{ Body: Intent }>('/intents', { schema: { body } }, async ({ body: intent }) => {
    app.njord.emit('intentReceived', intent)
    const allowed = intent.quantity <= maxQuantity
    if (allowed) app.njord.emit('intentAllowed', intent)
    else app.njord.emit('intentDenied', { ...intent, reason: `quantity above the limit of ${maxQuantity}` })
    return { allowed }
  })
  return app
}
