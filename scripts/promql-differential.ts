import { parseArgs } from 'node:util'
import { dataSet, slices, type Profile } from '../test/promql/differential/data.js'
import { Oracle } from '../test/promql/differential/oracle.js'
import { Ours } from '../test/promql/differential/ours.js'
import { describe } from '../test/promql/differential/report.js'
import { runDifferential } from '../test/promql/differential/run.js'

const help = `Usage: npm run promql:differential -- [--seed N] [--cases M] [--most K] [--profile full|common] [--help]

Asks our PromQL engine and a real Prometheus the same random queries over the same samples. The Prometheus is the program
that PROMETHEUS names, or the one of the PATH; of a version before 3, what both versions agree on is asked, without texts.

Standard output: one JSON line {"seed","prometheus","profile","delayed","cases","differing","unsettled":[…],"filled","errors","differences":[…],"seconds","slowestMs","slowest"}
Standard error: progress, and each difference made as small as it goes. The exit code is 1 when there is one.

  --seed N      the same seed gives the same cases            [1]
  --cases M     how many                                      [10000]
  --most K      give up after so many unlike differences      [20]
  --delayed     both take metrics' names off at the end only  [no]
  --profile P   what is asked                                 [by the version]
`

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    cases: { type: 'string', default: '10000' },
    most: { type: 'string', default: '20' },
    profile: { type: 'string' },
    delayed: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' }
  }
})

if (values.help) {
  process.stdout.write(help)
} else {
  const [seed, cases, most] = [Number(values.seed), Number(values.cases), Number(values.most)]
  const oracle = await Oracle.start(values.delayed ? ['promql-delayed-name-removal'] : [])
  try {
    const profile = (values.profile ?? (oracle.isVersion3 ? 'full' : 'common')) as Profile
    process.stderr.write(`Prometheus ${oracle.version}, profile ${profile}, seed ${seed}, ${cases} cases\n`)
    const ours = new Ours({ delayedNameRemoval: values.delayed })
    for (const slice of slices(dataSet(seed, profile))) {
      await oracle.write(slice)
      ours.write(slice)
    }
    const started = Date.now()
    const result = await runDifferential({
      theirs: oracle,
      ours,
      seed,
      cases,
      profile,
      most,
      progress: (done, differences) => { if (done % 500 === 0) process.stderr.write(`${done} cases, ${differences} differences\n`) }
    })
    for (const found of result.differences) process.stderr.write(`\n${describe(found)}\n`)
    for (const { expr } of result.unsettled) process.stderr.write(`\nnow one answer, now another, never ours: ${expr}\n`)
    process.stdout.write(`${JSON.stringify({ seed, prometheus: oracle.version, profile, delayed: values.delayed, ...result, seconds: (Date.now() - started) / 1000 })}\n`)
    if (result.differences.length > 0) process.exitCode = 1
  } finally {
    await oracle.close()
  }
}
