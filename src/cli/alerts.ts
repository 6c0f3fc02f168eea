import { alertsCheck } from './alerts-check.js'
import { alertsDrill } from './alerts-drill.js'
import { alertsReplay } from './alerts-replay.js'
import { alertsTest } from './alerts-tests.js'
import type { Output } from './cleanup.js'
import { alertsUsage, UsageError } from './usage.js'

/** The parts of `njord-telemetry alerts`: each resolves with an exit code. */
const commands: Readonly<Record<string, (args: readonly string[], output: Output) => Promise<number>>> = {
  check: alertsCheck,
  drill: alertsDrill,
  replay: alertsReplay,
  test: alertsTest
}

/** `njord-telemetry alerts`: resolves with the exit code. Throws `UsageError`. */
export async function alerts (args: readonly string[], output: Output): Promise<number> {
  const [name, ...rest] = args
  if (name === '--help' || name === '-h' || rest.includes('--help') || rest.includes('-h')) {
    output.out(alertsUsage)
    return 0
  }
  const known = Object.keys(commands).join(', ')
  if (name === undefined) throw new UsageError(`what to do with alerts is missing: ${known}`)
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) throw new UsageError(`there is no command "alerts ${name}": ${known}`)
  return await command(rest, output)
}
