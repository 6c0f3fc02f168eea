import t from 'tap'
import { recordContract } from './record-contract.js'
import { strategyMetrics } from './records.js'

await recordContract(t, strategyMetrics)
