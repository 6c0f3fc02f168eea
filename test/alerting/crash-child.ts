import { join } from 'node:path'
import { createInterface } from 'node:readline'
import Fastify from 'fastify'
import telemetry from '../../plugins/telemetry.js'
import { VirtualClock } from '../../src/clock/virtual-clock.js'

/**
 * A host with rules and routing, until it is killed: `crash-child.ts DIR`. Each line of its input, `{ atMs, levels }`, says what its gauge `level` is
 * from now on, and until when its clock is to go; it answers when all that fell due is done.
 */
const [dir] = process.argv.slice(2) as [string]

interface Step {
  readonly atMs: number
  readonly levels: Readonly<Record<string, number>>
}

async function open (clock: VirtualClock): Promise<(step: Step) => Promise<void>> {
  const app = Fastify()
  await app.register(telemetry, {
    enabled: true,
    http: false,
    runtime: false,
    dashboard: false,
    clock,
    rules: { files: [join(dir, 'rules.yml')], state: join(dir, 'alerts', 'state.ndjson') },
    routing: { file: join(dir, 'alertmanager.yml'), dir: join(dir, 'routing') }
  })
  const level = app.njordRegistry.gauge({ name: 'level', help: 'What the rules look at.', labelNames: ['of'] })
  await app.ready()
  return async ({ atMs, levels }) => {
    for (const [of, value] of Object.entries(levels)) level.set({ of }, value)
    for (let next = clock.nowMs(); next <= atMs; next = clock.nextDueMs()!) {
      clock.advanceTo(next)
      await app.njordRules.settled()
      await app.njordRouting.settled()
    }
    clock.advanceTo(atMs)
  }
}

let run: ((step: Step) => Promise<void>) | undefined
for await (const line of createInterface(process.stdin)) {
  const step = JSON.parse(line) as Step
  run ??= await open(new VirtualClock(step.atMs))
  await run(step)
  process.stdout.write('done\n')
}
