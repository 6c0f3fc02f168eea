import Fastify, { type FastifyInstance } from 'fastify'
import exporter from '../../plugins/exporter.js'
import registry from '../../plugins/registry.js'

const symbols = ['BTC/USDT', 'ETH/USDT'] as const
const body = {
  type: 'object',
  required: ['symbol', 'side', 'quantity', 'price'],
  properties: {
    symbol: { enum: symbols },
    side: { enum: ['buy', 'sell'] },
    quantity: { type: 'number', exclusiveMinimum: 0 },
    price: { type: 'number', exclusiveMinimum: 0 }
  }
}
interface Order { symbol: string, side: 'buy' | 'sell', quantity: number, price: number }

/** A broker that wants two metrics of its own and nothing else: the registry and the exporter, each registered singly. */
export async function buildBroker (): Promise<FastifyInstance> {
  const app = Fastify()
  await app.register(registry)
  await app.register(exporter)

  const orders = app.njordRegistry.counter({
    name: 'broker_orders_total',
    help: 'Orders taken.',
    labelNames: ['symbol', 'side'],
    labelRules: { symbol: { values: symbols } }
  })
  const size = app.njordRegistry.histogram({
    name: 'broker_order_size_usd', help: 'Price times quantity.', unit: 'usd', buckets: [10, 100, 1000, 10_000, 100_000]
  })

  app.post<{ Body: Order }>('/orders', { schema: { body } }, async ({ body: { symbol, side, quantity, price } }) => {
    orders.inc({ symbol, side })
    size.observe(quantity * price)
    return { taken: true }
  })
  return app
}
