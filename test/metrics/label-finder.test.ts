import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fc from 'fast-check'
import t from 'tap'
import { plainFinder } from '../../src/metrics/label-finder.js'
import { LabelTable } from '../../src/metrics/label-table.js'

const word = fc.constantFrom('', 'a', 'b', 'c', '1', '__overflow__', 'x'.repeat(1024), 'x'.repeat(1025))
const anything = fc.oneof(word, word, word, fc.constantFrom(1, true, null, undefined, 'd'))
const names = ['x', 'y', 'constructor'] as const
type Step = { add: readonly [string, string, string] } | { remove: number } | { findAdded: number } | { find: Readonly<Record<string, unknown>> }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ add: fc.tuple(word, word, word) }),
  fc.record({ remove: fc.nat(20) }),
  fc.record({ findAdded: fc.nat(20) }),
  fc.record({ find: fc.record({ x: anything, y: anything, constructor: anything }, { requiredKeys: ['x'] }) }),
  fc.record({ find: fc.dictionary(fc.constantFrom('x', 'y', 'z', 'constructor', '__proto__'), anything) })
)

t.test('the generated finder, the plain one and a list of what was added agree', async () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 80 }), steps => {
    const table = new LabelTable(names)
    const plainTable = new LabelTable(names, plainFinder)
    const slots: Array<readonly string[] | undefined> = []
    const added: Array<readonly [string, string, string]> = []
    const slotOf = (values: readonly unknown[]): number => slots.findIndex(set => set !== undefined && set.every((value, i) => value === values[i]))
    for (const item of steps) {
      if ('add' in item) {
        if (slotOf(item.add) !== -1) continue
        const free = slots.indexOf(undefined)
        const slot = free === -1 ? slots.length : free
        slots[slot] = item.add
        added.push(item.add)
        table.add(item.add, slot)
        plainTable.add(item.add, slot)
      } else if ('remove' in item) {
        if (slots[item.remove] === undefined) continue
        slots[item.remove] = undefined
        table.remove(item.remove)
        plainTable.remove(item.remove)
      } else if ('findAdded' in item) {
        // What is looked up again and again, before and after it is removed.
        const [x, y, constructor] = added[item.findAdded % added.length] ?? ['', '', '']
        const expected = [x, y, constructor].some(value => value.length > 1024) ? -1 : slotOf([x, y, constructor])
        const found = [table.find({ x, y, constructor }), plainTable.find({ x, y, constructor })]
        if (found.some(slot => slot !== expected)) throw new Error(`${JSON.stringify([x, y, constructor])}: found ${found.join()}, expected ${expected}`)
      } else {
        const values = names.map(name => Object.hasOwn(item.find, name) ? item.find[name] : undefined)
        const plain = Object.keys(item.find).length === names.length && values.every(value => typeof value === 'string' && value.length <= 1024)
        const expected = plain ? slotOf(values) : -1
        const found = [table.find(item.find), table.find({ ...item.find }), plainTable.find(item.find)]
        if (found.some(slot => slot !== expected)) throw new Error(`${JSON.stringify(item.find)}: found ${found.join()}, expected ${expected}`)
      }
      for (const [slot, set] of slots.entries()) {
        if (set !== undefined && (table.get(set) !== slot || table.valuesOf(slot).join() !== set.join())) throw new Error(`slot ${slot}`)
      }
      if (table.size !== slots.filter(set => set !== undefined).length) throw new Error(`size ${table.size}`)
    }
  }), { seed: 7, numRuns: 1500 })
})

t.test('without labels there is one set, the empty one', async t => {
  const table = new LabelTable([])
  t.equal(table.find({}), -1)
  table.add([], 0)
  t.equal(table.find({}), 0)
  t.equal(table.find({ x: '1' }), -1)
  t.strictSame(table.valuesOf(0), [])
})

t.test('where code generation is switched off, everything works all the same', async t => {
  const program = `
    import { MetricRegistry } from '${new URL('../../src/metrics/registry.ts', import.meta.url).href}'
    import { Exposition } from '${new URL('../../src/exposition/exposition.ts', import.meta.url).href}'
    const registry = new MetricRegistry()
    const counter = registry.counter({ name: 'm_total', help: 'x', labelNames: ['x', 'y'] })
    for (let i = 0; i < 300; i++) counter.inc({ x: 'a', y: String(i % 3) })
    counter.inc({ x: 'a', y: 1 })
    counter.inc(null)
    const { body } = await new Exposition(registry).scrape({ names: ['m_total', 'njord_metric_dropped_samples_total'] })
    console.log(body.toString())`
  const flags = ['--disallow-code-generation-from-strings', ...process.execArgv, '--input-type=module', '-e', program]
  const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', chunk => { output += String(chunk) })
  t.strictSame(await once(child, 'exit'), [0, null])
  for (const line of [
    'm_total{x="a",y="0"} 100', 'm_total{x="a",y="1"} 101', 'm_total{x="a",y="2"} 100',
    'njord_metric_dropped_samples_total{metric="m_total",reason="invalid_labels"} 1'
  ]) t.ok(output.includes(`\n${line}\n`), line)
})
