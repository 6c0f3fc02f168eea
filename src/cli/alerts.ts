import { alertsCheck } from './alerts-check.js'
import { alertsDrill } from './alerts-drill.js'
import { alertsReplay } from './alerts-replay.js'
import { alertsTest } from './alerts-tests.js'
import { alertsUsage, alertsUsages } from './alerts-usage.js'
import type { Output } from './cleanup.js'
import { UsageError } from './usage.js'

/** The parts of `njord-telemetry alerts`: each resolves with an exit code. */
const commands: Readonly<Record<keyof typeof alertsUsages, (args: readonly string[], output: Output) => Promise<number>>> = {
  check: alertsCheck,
  drill: alertsDrill,
  replay: alertsReplay,
  test: alertsTest
}

/** `njord-telemetry alerts`: resolves with the exit code. Throws `UsageError`. */
export async function alerts (args: readonly string[], output: Output): Promise<number> {
  const [name, ...rest] = args
  const isHelp = (arg: string | undefined): boolean => arg === '--help' || arg === '-h'
  if (isHelp(name)) {
    output.out(alertsUsage)
    return 0
  }
  const known = Object.keys(commands).join(', ')
  if (name === undefined) throw new UsageError(`what to do with alerts is missing: ${known}`)
  if (!isCommand(name)) throw new UsageError(`there is no command "alerts ${name}": ${known}`)
  if (rest.some(isHelp)) {
    output.out(alertsUsages[name])
    return 0
  }
  return await commands[name](rest, output)
}

function isCommand (name: string): name is keyof typeof commands {
  return Object.hasOwn(commands, name)
}
