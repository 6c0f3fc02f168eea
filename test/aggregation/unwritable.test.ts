import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { readAll, scratch } from '../journal/records.js'

/** A host as `unwritable-child.ts` describes it, in a folder that nobody but root may write to. */
async function start (t: Test) {
  const parent = await scratch(t)
  await chmod(parent, 0o755)
  const dir = join(parent, 'journal')
  await mkdir(dir, { mode: 0o555 })
  const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(new URL('unwritable-child.ts', import.meta.url)), dir], { stdio: ['pipe', 'pipe', 'inherit'] })
  t.teardown(() => { child.kill('SIGKILL') })
  const exited = once(child, 'exit')
  const messages: string[] = []
  let metrics = ''
  createInterface(child.stdout).on('line', line => {
    const said = JSON.parse(line) as { msg?: string, metrics?: string }
    if (said.metrics === undefined) messages.push(said.msg!)
    else metrics = said.metrics
  })
  return {
    dir,
    messages,
    /** The value of a metric, when it is one that `holds`. */
    async until (line: string, holds: (value: number) => boolean): Promise<number> {
      for (const endMs = Date.now() + 30_000; ;) {
        child.stdin.write('metrics\n')
        await sleep(20)
        const found = metrics.split('\n').find(each => each.startsWith(`${line} `))
        if (found !== undefined && holds(Number(found.slice(line.length + 1)))) return Number(found.slice(line.length + 1))
        if (Date.now() > endMs) throw new Error(`${line}: ${found}`)
      }
    },
    async close (): Promise<void> {
      child.stdin.write('close\n')
      t.strictSame(await exited, [0, null])
    }
  }
}

const isMore = (least: number) => (value: number): boolean => value > least

await t.test('a folder that may not be written to: the host goes on, counts, says so once, and writes when it may', async t => {
  const { dir, messages, until, close } = await start(t)
  t.ok(await until('njord_journal_errors_total{operation="open"}', isMore(3)), 'it is tried again')
  await until('njord_journal_writable', value => value === 0)
  await until('njord_journal_dropped_total{reason="queue_full"}', isMore(3))
  t.ok(await until('njord_journal_queue_length', isMore(0)) <= 500, 'memory is bounded')
  await until('njord_publisher_spool_errors_total', isMore(3))
  await until('njord_aggregator_state_errors_total', isMore(0))
  await until('njord_publisher_messages_total{kind="changes"}', isMore(3))
  const times = (text: string): number => messages.filter(message => message.includes(text)).length
  t.equal(times('the journal cannot be written to'), 1)
  t.equal(times('The spool cannot be written'), 1)
  t.equal(times('The state of the aggregator cannot be written'), 1)

  await chmod(dir, 0o777)
  await until('njord_journal_writable', value => value === 1)
  await until('njord_journal_windows_total', isMore(5))
  await until('njord_aggregator_windows_total{resolution="1m"}', isMore(0))
  await until('njord_publisher_messages_total{kind="full"}', isMore(await until('njord_publisher_messages_total{kind="full"}', isMore(0)) + 1))
  for (const text of ['the journal can be written to again', 'The spool can be written again', 'The state of the aggregator can be written again']) t.equal(times(text), 1, text)
  await close()
  const { records, damage } = await readAll(dir, { resolution: '1m' })
  t.ok(records.some(({ name }) => name === 'orders_total'))
  t.ok(records.some(({ name }) => name.startsWith('njord_publisher_')), 'what the aggregator merged is there, too')
  t.strictSame(damage, [])
})

await t.test('a host whose folder may not be written to ends when it is told to', async t => {
  const { until, close } = await start(t)
  await until('njord_journal_dropped_total{reason="queue_full"}', isMore(0))
  await close()
})
