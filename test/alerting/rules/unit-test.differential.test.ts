import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { testRules } from '../../../src/alerting/rules/unit-test/test-rules.js'
import { Random } from '../../promql/differential/random.js'
import { fulfilled, generateCase, type GeneratedCase } from './differential/generator.js'
import { promtool, promtoolMajor, verdictsOf } from './differential/promtool.js'

const count = Number(process.env.CASES ?? 400)
const seed = Number(process.env.SEED ?? 6)
const perProcess = 50

await t.test('generated unit tests end as they do under promtool test rules, word for word', async t => {
  if (await promtoolMajor() < 3) {
    t.pass('not compared: promtool of another major version evaluates otherwise; PROMTOOL names one of Prometheus 3')
    return
  }
  const random = new Random(seed)
  const dir = t.testdir()
  const cases = Array.from({ length: count }, (_, i) => generateCase(random, i))
  const first = await verdicts(dir, cases)
  compare(t, first)
  // The same with what came of it as what is expected: now they pass.
  const second = await verdicts(dir, cases.map((generated, i) => fulfilled(generated, first[i]!.ours)))
  compare(t, second)
  const passed = second.filter(({ ours }) => ours === 'SUCCESS').length
  t.ok(passed > count / 3 && passed < count, `${passed} of ${count} pass`)
  t.ok(first.filter(({ ours }) => ours !== 'SUCCESS').length > count / 2, 'most fail with what is expected at random')
})

interface Verdicts {
  readonly file: string
  readonly ours: string
  readonly theirs: string
}

async function verdicts (dir: string, cases: readonly GeneratedCase[]): Promise<Verdicts[]> {
  const files = cases.map((_, i) => `test-${i}.yml`)
  for (const [i, { rules, test }] of cases.entries()) {
    await writeFile(join(dir, `rules-${i}.yml`), rules)
    await writeFile(join(dir, files[i]!), test)
  }
  const theirs: string[] = []
  for (let i = 0; i < files.length; i += perProcess) theirs.push(...verdictsOf((await promtool(['test', 'rules', ...files.slice(i, i + perProcess)], dir)).output))
  const all = []
  for (const [i, file] of files.entries()) {
    const { failures } = await testRules(join(dir, file))
    const ours = failures.length === 0 ? 'SUCCESS' : failures.join('\n').split('\n').filter(line => line.trim() !== '').join('\n').trim()
    all.push({ file, ours: normalized(ours), theirs: normalized(theirs[i] ?? 'nothing') })
  }
  return all
}

function compare (t: Test, all: readonly Verdicts[]): void {
  const different = all.filter(({ ours, theirs }) => ours !== theirs)
  for (const { file, ours, theirs } of different.slice(0, 5)) t.equal(ours, theirs, file)
  t.equal(different.length, 0, `${all.length} verdicts agree`)
}

/** Which of the series that clash is told of first is left to chance by Prometheus. */
function normalized (verdict: string): string {
  return verdict.replace(/^.*?(rules-\d+\.yml): ?/gm, '$1:').replace(/\[\{.*?\}, \{.*?\}\];many-to-many/g, '[…];many-to-many').replace(/match group \{.*?\} on/g, 'match group … on')
}
