/** Writes windows to a journal under a limit on the size of files, until it kills itself: `limited-child.ts DIR BYTES`. */
import { spawnSync } from 'node:child_process'
import { Journal } from '../../src/journal/journal.js'
import { counter, day } from './records.js'

const [dir, bytes] = process.argv.slice(2)
process.on('SIGXFSZ', () => {})
const journal = await Journal.open({
  dir: dir!, retryMs: 10, log: { info () {}, warn () {}, error () { setTimeout(() => { process.kill(process.pid, 'SIGKILL') }, 50) } }
})
const windows = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => counter(day + (from + i) * 60_000, 1))
journal.write(windows(0, 10))
await journal.flush()
spawnSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}`])
journal.write(windows(10, 50))
setInterval(() => {}, 1000)
