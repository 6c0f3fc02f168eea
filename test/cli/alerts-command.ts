import { run } from '../../src/cli/run.js'

/** Runs `njord-telemetry alerts …` in this process: what it prints, and the code that it exits with. */
export async function cli (...args: string[]) {
  let [out, progress] = ['', '']
  const outcome = await run(['alerts', ...args], { out: text => { out += text }, progress: text => { progress += text } })
  return { out, progress, code: 'code' in outcome ? outcome.code : undefined }
}
