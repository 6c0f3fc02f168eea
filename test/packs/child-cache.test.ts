import t from 'tap'
import { ChildCache, PairCache } from '../../src/packs/child-cache.js'

t.test('binds once a key', async t => {
  const bound: string[] = []
  const cache = new ChildCache(key => {
    bound.push(key)
    return { key }
  })
  for (const key of ['a', 'b', 'b', 'a', 'a', 'b']) t.equal(cache.get(key).key, key)
  t.strictSame(bound, ['a', 'b'])
})

t.test('binds once a pair, and tells pairs apart', async t => {
  const bound: string[] = []
  const cache = new PairCache((first, second) => {
    bound.push(`${first}/${second}`)
    return { first, second }
  })
  for (const [first, second] of [['a', 'x'], ['a', 'x'], ['a', 'y'], ['b', 'y'], ['a', 'x'], ['b', 'y']] as const) {
    t.strictSame(cache.get(first, second), { first, second })
  }
  t.strictSame(bound, ['a/x', 'a/y', 'b/y'])
})

t.test('remembers a thousand keys, and binds further ones anew each time', async t => {
  let bound = 0
  const cache = new ChildCache(key => {
    bound++
    return { key }
  })
  for (let round = 0; round < 2; round++) for (let i = 0; i < 1005; i++) cache.get(`key ${i}`)
  t.equal(bound, 1005 + 5)

  bound = 0
  const pairs = new PairCache((first, second) => {
    bound++
    return first + second
  })
  for (let round = 0; round < 2; round++) for (let i = 0; i < 1005; i++) pairs.get(`${i % 10}`, `${i}`)
  t.equal(bound, 1005 + 5)
})

t.test('does not hold on to long keys, nor to what is no string', async t => {
  for (const key of ['x'.repeat(10_000), undefined, 7, {}] as never[]) {
    let bound = 0
    const cache = new ChildCache(() => ++bound)
    const pairs = new PairCache(() => ++bound)
    cache.get(key)
    cache.get(key)
    pairs.get(key, 'x')
    pairs.get('x', key)
    pairs.get('x', key)
    t.equal(bound, 5)
  }
})
