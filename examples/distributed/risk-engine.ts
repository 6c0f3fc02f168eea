import njordPublisher from '../../plugins/publisher.js'
import { buildRiskEngine } from '../risk-engine/app.js'
import { serve, settings } from './service.js'

const { redis, spool } = settings()
const app = await buildRiskEngine(100, { bus: { redis } })
await app.register(njordPublisher, { instance: 'risk-engine', spool })
await serve(app)
