import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { test } from 'tap'
import { startSink } from './support.js'

/**
 * Code of ours pauses after three milliseconds, and the longest turn is some 13 to 20; what V8 takes for a collection of the young heap comes on top,
 * whenever it likes.
 */
const LONGEST_HOLD_MS = 35

test('a storm of 10,000 alerts of two rules is grouped, told, kept off the event loop, and recovered from', { timeout: 120_000 }, async t => {
  const dir = await mkdtemp(join(tmpdir(), 'njord-storm-'))
  t.teardown(async () => { await rm(dir, { recursive: true, force: true }) })
  const sink = await startSink(t)
  const child = fileURLToPath(new URL('storm-child.ts', import.meta.url))
  type Figures = Record<'groups' | 'idleMs' | 'worstMs' | 'p99Ms' | 'meanMs' | 'holdMs' | 'heapMiB', number> & { tellings: string[] }
  const storm = async (attempt: number): Promise<Figures> => {
    const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, child, join(dir, String(attempt)), sink.url])
    return JSON.parse(stdout) as Figures
  }
  // The machine is shared, and takes pauses of its own: it gets three attempts at the time, and one at everything else.
  let figures = await storm(1)
  // On a slow machine a group may also be told while half of it has come, or has ended.
  t.ok(figures.tellings.filter(telling => telling === '5000 firing').length >= 6, figures.tellings.join(', '))
  t.equal(figures.tellings.filter(telling => telling.endsWith('resolved')).length, 6, 'all groups have ended for all receivers')
  t.equal(figures.groups, 0, 'all is over')
  const isLate = ({ p99Ms, holdMs, idleMs }: Figures): boolean => (p99Ms >= 20 || holdMs >= LONGEST_HOLD_MS) && idleMs < 3
  for (let attempt = 2; isLate(figures) && attempt <= 3; attempt++) figures = await storm(attempt)
  const { idleMs, worstMs, p99Ms, meanMs, holdMs, heapMiB } = figures
  t.comment(`the event loop was late by ${worstMs.toFixed(1)} ms at most, p99 ${p99Ms.toFixed(1)} ms, mean ${meanMs.toFixed(1)} ms; held for ${holdMs.toFixed(1)} ms; ${heapMiB.toFixed(0)} MiB`)
  if (idleMs < 3) {
    t.ok(p99Ms < 20, `p99 ${p99Ms} ms`)
    t.ok(holdMs < LONGEST_HOLD_MS, `the longest hold ${holdMs} ms`)
  } else t.comment(`the machine is too busy to tell: it holds an idle process for ${idleMs.toFixed(1)} ms`)
})
