import { buildRiskEngine } from './app.js'

const app = await buildRiskEngine()
const url = await app.listen({ port: Number(process.env['PORT'] ?? 3000) })
process.stdout.write(`A risk engine listens.

  ask      curl ${url}/intents -H 'content-type: application/json' -d '{"strategyId":"me","symbol":"BTC/USDT","side":"buy","quantity":500}'
  metrics  curl ${url}/metrics
`)
