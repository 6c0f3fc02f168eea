/**
 * `npm run bench [name…]`: runs the benchmarks of `bench/*.bench.ts`, all or those whose name is an argument or starts
 * with one (`render` runs `render.counter.1k` and all its kin). Results are JSON lines on standard output.
 */
import { readdir } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { progress, type Bench } from './harness.js'

const help = `Usage: npm run bench [-- --list | --help] [name…]

Runs the benchmarks named, or all. A name stands for itself and for all that it begins up to a dot:
"render" runs render.counter.1k, render.hold, …

Standard output, one JSON line a result: {"name","ours","peer","floor","unit","ratio"}
Less is better in every unit; ratio = peer / ours; floor is null where there is none.
Progress goes to standard error.

  --list   print the names
  --help   print this
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { list: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } }
})

if (values.help) {
  process.stdout.write(help)
} else {
  const benches = await loadBenches()
  const chosen = positionals.length === 0 ? benches : benches.filter(bench => positionals.some(name => isNamed(bench, name)))
  const unknown = positionals.filter(name => !benches.some(bench => isNamed(bench, name)))
  if (unknown.length > 0) {
    progress(`No benchmark is called ${unknown.join(', ')}. There are: ${benches.map(bench => bench.name).join(', ')}`)
    process.exitCode = 1
  } else if (values.list) {
    for (const bench of chosen) process.stdout.write(`${bench.name}\n`)
  } else {
    for (const bench of chosen) await runBench(bench)
  }
}

function isNamed (bench: Bench, name: string): boolean {
  return bench.name === name || bench.name.startsWith(`${name}.`)
}

async function loadBenches (): Promise<Bench[]> {
  const files = (await readdir(new URL('.', import.meta.url))).filter(file => file.endsWith('.bench.ts')).sort()
  const benches: Bench[] = []
  for (const file of files) {
    try {
      const module = await import(new URL(file, import.meta.url).href) as { default: Bench[] }
      benches.push(...module.default)
    } catch (error) {
      progress(`${file} does not load: ${error instanceof Error ? error.stack : String(error)}`)
      process.exitCode = 1
    }
  }
  return benches
}

async function runBench ({ name, unit, run }: Bench): Promise<void> {
  progress(name)
  try {
    const { ours, peer, floor } = await run()
    const line = { name, ours: round(ours), peer: round(peer), floor: floor === undefined ? null : round(floor), unit, ratio: round(peer / ours) }
    process.stdout.write(`${JSON.stringify(line)}\n`)
  } catch (error) {
    progress(`${name} failed: ${error instanceof Error ? error.stack : String(error)}`)
    process.exitCode = 1
  }
}

/** Four significant digits: more would be noise. */
function round (value: number): number {
  return Number(value.toPrecision(4))
}
