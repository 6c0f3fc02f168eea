import fc from 'fast-check'
import t from 'tap'
import { figure, mergePatch, type JsonObject, type Patch } from '../../src/dashboard/merge-patch.js'

/** RFC 7386, section 2, word for word. */
function apply (target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch
  const object = typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...target } as Record<string, unknown> : {}
  for (const [name, value] of Object.entries(patch as Patch)) {
    if (value === null) delete object[name]
    else object[name] = apply(object[name], value)
  }
  return object
}

await t.test('says what changed, and nothing else', async t => {
  const before = { a: 1, b: { c: 'x', d: true }, list: [1, 2], same: [{ e: 1 }] }
  for (const [after, patch] of [
    [before, undefined],
    [{ ...before, a: 2 }, { a: 2 }],
    [{ ...before, b: { c: 'x' } }, { b: { d: null } }],
    [{ ...before, b: 5 }, { b: 5 }],
    [{ ...before, list: [1, 2, 3] }, { list: [1, 2, 3] }],
    [{ ...before, same: [{ e: 1 }] }, undefined],
    [{ a: undefined, b: before.b, list: [1, 2], same: [{ e: 1 }] }, { a: null }],
    [{ ...before, f: {} }, { f: {} }]
  ] as const) t.same(mergePatch(before, after as unknown as JsonObject), patch)
})

await t.test('patches make the one of the other, as RFC 7386 applies them', async t => {
  const { json } = fc.letrec(tie => ({
    json: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.oneof(
      { maxDepth: 3 }, fc.integer(), fc.string(), fc.boolean(), fc.array(fc.integer(), { maxLength: 3 }), tie('json'))
    )
  }))
  fc.assert(fc.property(json, json, (before, after) => {
    const patch = mergePatch(before as JsonObject, after as JsonObject)
    t.same(apply(before, patch ?? {}), after)
  }), { numRuns: 300 })
})

await t.test('figures keep ten digits, and what is no number is left out', async t => {
  t.equal(figure(100_000.123456789), 100_000.1235)
  t.equal(figure(0.1 + 0.2), 0.3)
  t.equal(figure(12_345_678_901_234), 12_345_678_901_234)
  for (const value of [NaN, Infinity, null, undefined]) t.equal(figure(value), undefined)
})
