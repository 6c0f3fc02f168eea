import { definePack } from '../pack.js'
import { njordMetrics } from './metrics.js'
import { recordNjord } from './recorder.js'

/** The metrics of a trading system: risk, orders, fills, books and strategies, each fed by trading events. */
export const njordPack = definePack({ name: 'njord', metrics: njordMetrics, record: recordNjord })
