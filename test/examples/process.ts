import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'

export interface ExampleProcess {
  interrupt (signal: NodeJS.Signals): void
  /** Resolves with the first match in what has been printed so far, or as soon as it is printed; rejects when the process ends without. */
  printed (pattern: RegExp): Promise<RegExpExecArray>
  /** Resolves when the process has ended, with everything it printed. */
  ended (): Promise<{ code: number | null, output: string, errors: string }>
}

/** Runs `examples/<path>` in a process of its own, which ends with the test at the latest. */
export function startExample (t: Test, path: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): ExampleProcess {
  const main = fileURLToPath(new URL(`../../examples/${path}`, import.meta.url))
  // With the loader of this very process: line numbers of another's output would spoil the coverage.
  const child = spawn(process.execPath, [...process.execArgv, main, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  t.teardown(() => { child.kill('SIGKILL') })
  let [output, errors] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => { output += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => { errors += text })
  const closed = once(child, 'close')

  return {
    interrupt: signal => { child.kill(signal) },
    async printed (pattern) {
      for (;;) {
        const match = pattern.exec(output)
        if (match !== null) return match
        if (child.exitCode !== null) throw new Error(`it ended without ${pattern}: ${output}${errors}`)
        await Promise.race([once(child.stdout, 'data'), closed])
      }
    },
    async ended () {
      const [code] = await closed as [number | null]
      return { code, output, errors }
    }
  }
}

/** The URL of the curl command that stands after `name` in what an example prints. */
export async function curlUrl (example: ExampleProcess, name: string): Promise<string> {
  return (await example.printed(new RegExp(`${name} +curl (http://\\S+:\\d+/\\S+)`)))[1]!
}

/** The body of the curl command that stands after `name` in what an example prints. */
export async function curlBody (example: ExampleProcess, name: string): Promise<string> {
  return (await example.printed(new RegExp(`${name} .* -d '(.*)'`)))[1]!
}

/** What curl does with `-H 'content-type: application/json' -d body`. */
export async function postJson (url: string, body: string): Promise<{ status: number, body: unknown }> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  return { status: response.status, body: await response.json() }
}
