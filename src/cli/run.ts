import type { Output } from './cleanup.js'
import { usage, UsageError } from './usage.js'

/** What a command line came to: an exit code, or a process that goes on until it is closed. */
export type Outcome = { readonly code: number } | { readonly close: () => Promise<void> }

/** Runs a command line; loads the code of its command alone. Never rejects: what went wrong is printed, with what to do about it. */
export async function run (args: readonly string[], output: Output): Promise<Outcome> {
  const [command, ...rest] = args
  try {
    switch (command) {
      case 'aggregator': {
        const { aggregator } = await import('./aggregator.js')
        return await aggregator(rest, output) ?? { code: 0 }
      }
      case 'alerts': {
        const { alerts } = await import('./alerts.js')
        return { code: await alerts(rest, output) }
      }
      case 'cleanup': {
        const { cleanup } = await import('./cleanup.js')
        await cleanup(rest, output)
        return { code: 0 }
      }
      case 'report': {
        const { report } = await import('./report.js')
        await report(rest, output)
        return { code: 0 }
      }
      case undefined:
        throw new UsageError('a command is missing: aggregator, alerts, cleanup or report')
      case '--help':
      case '-h':
      case 'help':
        output.out(usage)
        return { code: 0 }
      default:
        throw new UsageError(`there is no command "${command}": aggregator, alerts, cleanup or report`)
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const isUsage = error instanceof UsageError || code?.startsWith('ERR_PARSE_ARGS') === true
    output.progress(`njord-telemetry${command === undefined ? '' : ` ${command}`}: ${message}\n`)
    if (isUsage) output.progress('njord-telemetry --help tells how it is used.\n')
    return { code: isUsage ? 2 : 1 }
  }
}
