import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { nextEvaluationMs } from '../../../src/alerting/rules/group-schedule.js'
import { parseRuleFile } from '../../../src/alerting/rules/rule-file.js'
import { groupKey, type RuleGroupSpec } from '../../../src/alerting/rules/rule-set.js'
import { labelValue } from '../../../src/contracts/labels.js'
import { PromqlEngine } from '../../../src/promql/engine.js'
import { AlertModel, type ModelPost } from './alert-model.js'
import { RuleFloor } from './rule-floor.js'

const MINUTE = 60_000
const ELEMENTS = ['a', 'b', 'c']

/** So many evaluations with these elements; a restart after so many seconds; new rules; or both at an instant. */
type Step = { present: string[], times: number } | { awaySeconds: number } | { forMinutes: number, keepMinutes: number }

const holds = fc.record({ forMinutes: fc.constantFrom(0, 1, 2, 5, 20), keepMinutes: fc.constantFrom(0, 1, 3, 8, 30) })
const steps: fc.Arbitrary<Step[]> = fc.array(fc.oneof(
  { weight: 8, arbitrary: fc.record({ present: fc.subarray(ELEMENTS), times: fc.constantFrom(1, 1, 1, 2, 4, 9, 17) }) },
  { weight: 2, arbitrary: fc.record({ awaySeconds: fc.constantFrom(0, 7, 61, 400, 3400) }) },
  { weight: 1, arbitrary: holds }
), { minLength: 1, maxLength: 25, size: 'max' })

/** The engine under test and the model, step by step; what they say differently is thrown. */
class Comparison {
  #floor: RuleFloor
  readonly #stateFile: string
  readonly #model = new AlertModel()
  #holds: { forMinutes: number, keepMinutes: number }
  #version = 0

  constructor (stateFile: string, first: { forMinutes: number, keepMinutes: number }) {
    this.#stateFile = stateFile
    this.#holds = first
    this.#floor = new RuleFloor({ stateFile })
  }

  async run (all: readonly Step[]): Promise<void> {
    await this.#floor.engine.start(this.#specs())
    for (const step of all) {
      if ('present' in step) for (let i = 0; i < step.times; i++) await this.#evaluate(step.present)
      else if ('awaySeconds' in step) await this.#restart(step.awaySeconds * 1000)
      else {
        this.#holds = step
        this.#version++
        this.#floor.engine.use(this.#specs())
      }
    }
    await this.#floor.engine.close()
  }

  #specs (): readonly RuleGroupSpec[] {
    const { forMinutes, keepMinutes } = this.#holds
    const rule = { alert: 'x', expr: 'm > 0', for: `${forMinutes}m`, keep_firing_for: `${keepMinutes}m`, annotations: { version: String(this.#version) } }
    return parseRuleFile(JSON.stringify({ groups: [{ name: 'g', interval: '1m', rules: [rule] }] }), 'r.yml').groups
  }

  async #evaluate (present: readonly string[]): Promise<void> {
    const { clock, store, engine } = this.#floor
    const atMs = nextEvaluationMs(groupKey({ file: 'r.yml', name: 'g' }), MINUTE, clock.nowMs())
    for (const element of ELEMENTS) {
      if (present.includes(element)) store.append(['__name__', 'm', 'e', element], atMs - 1, 1)
      else store.appendStale(['__name__', 'm', 'e', element], atMs - 1)
    }
    clock.advanceTo(atMs)
    await engine.settled()
    const { forMinutes, keepMinutes } = this.#holds
    const posts = this.#model.evaluate(atMs, present, forMinutes * MINUTE, keepMinutes * MINUTE)
    this.#compare('posts', this.#posts(), posts)
    this.#compare('alerts', this.#alerts(), [...this.#model.alerts].flatMap(([element, alert]) => alert.state === 'resolved'
      ? []
      : [[element, alert.state, alert.activeAtMs, alert.state === 'firing' ? alert.goneAtMs : undefined]]))
    const series = await new PromqlEngine({ queryable: store, clock }).vector('ALERTS', atMs)
    this.#compare('ALERTS', series.map(({ labels }) => [labelValue(labels, 'e'), labelValue(labels, 'alertstate')]),
      [...this.#model.alerts].flatMap(([element, { state }]) => state === 'resolved' ? [] : [[element, state]]))
  }

  async #restart (awayMs: number): Promise<void> {
    const endedMs = this.#floor.clock.nowMs()
    await this.#floor.engine.close()
    this.#floor = new RuleFloor({ stateFile: this.#stateFile }, endedMs + awayMs)
    await this.#floor.engine.start(this.#specs())
    this.#compare('posts at the start', this.#posts(), this.#model.restart(endedMs, endedMs + awayMs))
  }

  #posts (): ModelPost[] {
    return this.#floor.posts.splice(0).map(({ labels, startsAtMs, endsAtMs }) => ({ element: labelValue(labels, 'e'), startsAtMs, endsAtMs }))
  }

  #alerts (): unknown[] {
    return this.#floor.engine.ruleGroups()[0]!.rules.flatMap(rule => rule.kind === 'alerting'
      ? rule.alerts.map(({ labels, state, activeAtMs, keepFiringSinceMs }) => [labels['e'], state, activeAtMs, keepFiringSinceMs])
      : [])
  }

  #compare (what: string, found: readonly unknown[], wanted: readonly unknown[]): void {
    const sorted = (items: readonly unknown[]): string[] => items.map(item => JSON.stringify(item)).sort()
    if (isDeepStrictEqual(sorted(found), sorted(wanted))) return
    throw new Error(`${what} at ${this.#floor.clock.nowMs()}\nfound  ${sorted(found).join('\n       ')}\nwanted ${sorted(wanted).join('\n       ')}`)
  }
}

await t.test('over random histories, restarts and new rules, alerts and what is told of them are as in the model', { timeout: 120_000 }, async t => {
  const folder = await mkdtemp(join(tmpdir(), 'njord-alert-states-'))
  t.teardown(async () => { await rm(folder, { recursive: true, force: true }) })
  let runs = 0
  const seed = Number(process.env['FC_SEED'] ?? 20_240_601)
  await fc.assert(fc.asyncProperty(holds, steps, async (first, all) => {
    await new Comparison(join(folder, `${runs++}.ndjson`), first).run(all)
  }), { seed, numRuns: Number(process.env['FC_RUNS'] ?? 40) })
  t.ok(runs > 0)
})
