import t from 'tap'
import { recordContract } from './record-contract.js'
import { systemMetrics } from './records.js'

await recordContract(t, systemMetrics)
