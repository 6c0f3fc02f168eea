import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { test } from 'tap'
import { startSink } from './support.js'

test('a storm of 10,000 alerts is grouped, told, kept off the event loop, and recovered from', async t => {
  const dir = await mkdtemp(join(tmpdir(), 'njord-storm-'))
  t.teardown(async () => { await rm(dir, { recursive: true, force: true }) })
  const sink = await startSink(t)
  const child = fileURLToPath(new URL('storm-child.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, child, dir, sink.url])
  const { told, groups, worstMs, p99Ms, meanMs, heapMiB } = JSON.parse(stdout) as { told: string[], groups: number, worstMs: number, p99Ms: number, meanMs: number, heapMiB: number }
  t.comment(`the event loop was late by ${worstMs.toFixed(1)} ms at most, p99 ${p99Ms.toFixed(1)} ms, mean ${meanMs.toFixed(1)} ms; ${heapMiB.toFixed(0)} MiB`)
  t.same(told, [...Array<string>(6).fill('5000 firing'), ...Array<string>(6).fill('5000 resolved')])
  t.equal(groups, 0, 'all is over')
  // The machine is shared, and takes pauses of its own: they are few.
  t.ok(p99Ms < 20, `p99 ${p99Ms} ms`)
})
