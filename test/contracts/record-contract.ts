import fc from 'fast-check'
import type { Test } from 'tap'
import type { RecordContract } from './records.js'

/** What holds for each of the three records of the wire. */
export async function recordContract<T extends object> (t: Test, { what, sample, any, check, toJson, fromJson, wrong }: RecordContract<T>): Promise<void> {
  const code = 'NJORD_ERR_INVALID_PAYLOAD'

  await t.test('goes to JSON and back without loss', async () => {
    fc.assert(fc.property(any, record => {
      const text = toJson(check(structuredClone(record)))
      const read = fromJson(text)
      if (toJson(read) !== text) throw new Error(`${text} came back as ${toJson(read)}`)
      for (const key of Object.keys(record) as Array<keyof T>) if (typeof record[key] !== 'object' && !Object.is(record[key], read[key])) throw new Error(String(key))
    }), { seed: 3, numRuns: 150 })
  })

  await t.test('is frozen deeply, even when it came in frozen on top', async t => {
    for (const record of [check(structuredClone(sample)), check(Object.freeze(structuredClone(sample))), fromJson(toJson(sample))]) {
      t.ok(Object.isFrozen(record))
      for (const value of Object.values(record)) t.ok(Object.isFrozen(value))
      t.throws(() => { Object.assign(record, { extra: 1 }) }, TypeError)
    }
  })

  await t.test('names each key that is wrong, missing or too many', async t => {
    for (const key of Object.keys(wrong) as Array<keyof T & string>) {
      for (const value of wrong[key]) {
        t.throws(() => check({ ...sample, [key]: value }), { code, message: new RegExp(`^${what}\\.${key}: found `) }, `${key}: ${String(value)}`)
      }
      const { [key]: _, ...rest } = sample
      t.throws(() => check(rest), { code, message: new RegExp(`^${what}\\.${key}: found undefined, must be there`) }, `${key} missing`)
    }
    t.throws(() => check({ ...sample, extra: 1 }), { code, message: `${what}.extra: found 1, there is no such key` })
    t.throws(() => check({ ...sample, 'a/b~c': 1 }), { code, message: `${what}.a/b~c: found 1, there is no such key` })
    t.throws(() => check({ ...sample, ['k'.repeat(1e6)]: 'v'.repeat(1e6) }), { message: /^.{1,200}$/ })
    for (const value of [undefined, null, 1, 'x', [], () => {}, 1n]) t.throws(() => check(value), { code, message: new RegExp(`^${what}: found `) })
  })

  await t.test('says of a text that is not JSON, or not this', async t => {
    t.throws(() => fromJson('{"a":'), { code: 'NJORD_ERR_INVALID_JSON', message: new RegExp(`^${what} is not JSON: `), cause: { name: 'SyntaxError' } })
    t.throws(() => fromJson('{}'), { code })
    t.throws(() => fromJson('[]'), { code })
    t.throws(() => fromJson(toJson(sample).replace('{', '{"__proto__":{"polluted":1},')), { code, message: new RegExp(`^${what}\\.__proto__: found an object`) })
    t.equal(({} as Record<string, unknown>).polluted, undefined)
  })
}
