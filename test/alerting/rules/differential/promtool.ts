import { spawn } from 'node:child_process'
import { once } from 'node:events'

const program = process.env.PROMTOOL ?? 'promtool'

/** What promtool (of `PROMTOOL`, else of the system's PATH) prints, to both outputs in the order of writing, and its exit code. */
export async function promtool (args: readonly string[], cwd: string): Promise<{ output: string, code: number }> {
  const child = spawn('sh', ['-c', '"$@" 2>&1', 'sh', program, ...args], { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => { output += text })
  const [code] = await once(child, 'close') as [number]
  return { output, code }
}

/** The major version of Prometheus that promtool belongs to. */
export async function promtoolMajor (): Promise<number> {
  const { output } = await promtool(['--version'], '.')
  return Number(/version (\d+)\./.exec(output)?.[1])
}

/** What `promtool test rules` says of its files, in their order: `SUCCESS`, or the lines after `FAILED:`; empty lines are left out. */
export function verdictsOf (output: string): string[] {
  return output.split(/^ {2}(?=FAILED:|SUCCESS)/m).slice(1).map(section =>
    section.split('\n').filter(line => line.trim() !== '' && !line.startsWith('Unit Testing:')).join('\n').replace(/^FAILED:\n/, '').trim())
}
