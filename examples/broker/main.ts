import { buildBroker } from './app.js'

const app = await buildBroker()
const url = await app.listen({ port: Number(process.env['PORT'] ?? 3000) })
process.stdout.write(`A broker listens.

  order    curl ${url}/orders -H 'content-type: application/json' -d '{"symbol":"BTC/USDT","side":"buy","quantity":0.1,"price":42000}'
  metrics  curl ${url}/metrics
`)
