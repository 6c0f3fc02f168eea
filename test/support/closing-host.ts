// A host with every part of the telemetry, which closes after a scrape. Nothing must keep its process alive then.
import Fastify from 'fastify'
import telemetry from '../../plugins/telemetry.js'

const app = Fastify()
await app.register(telemetry, {
  enabled: true, portfolio: { portfolioId: 'main', startingCash: 1000 }, exporter: { listen: { port: 0, host: '127.0.0.1' } }
})
await app.listen({ port: 0, host: '127.0.0.1' })
app.njord.emit('marketTick', { symbol: 'BTC/USDT', price: 1 })
app.njord.bus.subscribe('ticks', () => {})
await app.close()
process.stdout.write('closed\n')
