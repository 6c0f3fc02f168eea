/** Runs retention on a journal and kills itself outright at a step: `retention-child.ts DIR NOW_MS STEP`. */
import { parseRetentionPolicy } from '../../src/journal/retention-policy.js'
import { Retention } from '../../src/journal/retention.js'
import { TestClock } from './records.js'

const [dir, nowMs, kill] = process.argv.slice(2)
const policy = parseRetentionPolicy(`retention:
  raw_metrics:
    - { resolution: 1m, retention_days: 7 }
    - { resolution: 5m, retention_days: 30 }
  cleanup_schedule: "0 2 * * *"
`, 'policy.yaml')
let step = 0
await new Retention({ dir: dir!, policy, clock: new TestClock(Number(nowMs)) }).run({
  onProgress: () => { if (++step === Number(kill)) process.kill(process.pid, 'SIGKILL') }
})
