import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'

const run = promisify(execFile)
// Some dozen processes are started: on a machine that is busy, each takes its time.
t.setTimeout(600_000)

await t.test('adds up exactly when services, the aggregator and Redis are killed and paused at random', async t => {
  const script = fileURLToPath(new URL('../../scripts/chaos.ts', import.meta.url))
  const { stdout } = await run(process.execPath, [...process.execArgv, script, '--seed', '2', '--minutes', '0.25'])
  const result = JSON.parse(stdout) as { faults: number, recorded: number, differences: number }
  t.equal(result.differences, 0)
  t.ok(result.faults > 3)
  t.ok(result.recorded > 0)
})
