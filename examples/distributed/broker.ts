import njordBus from '../../plugins/bus.js'
import njordPublisher from '../../plugins/publisher.js'
import { buildBroker } from '../broker/app.js'
import { serve, settings } from './service.js'

const { redis, spool } = settings()
const app = await buildBroker()
await app.register(njordBus, { redis })
await app.register(njordPublisher, { instance: 'broker', spool })
await serve(app)
