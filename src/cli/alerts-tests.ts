import { parseArgs } from 'node:util'
import { openNotificationTests } from '../alerting/replay/notification-tests.js'
import { testRules } from '../alerting/rules/unit-test/test-rules.js'
import type { Output } from './cleanup.js'
import { UsageError } from './usage.js'

/** `njord-telemetry alerts test FILES`: runs unit tests of rules, as `promtool test rules` does. Resolves with 1 where one failed. */
export async function alertsTest (args: readonly string[], { out, progress }: Output): Promise<number> {
  const { positionals: files } = parseArgs({ args: [...args], allowPositionals: true, options: {} })
  if (files.length === 0) throw new UsageError('a file of unit tests is missing: njord-telemetry alerts test FILES')
  let failed = false
  for (const file of files) {
    out(`Unit Testing:  ${file}\n`)
    const { failures, warnings } = await testRules(file, openNotificationTests)
    for (const warning of warnings) progress(`  WARNING: ${warning}\n`)
    if (failures.length === 0) out('  SUCCESS\n\n')
    else progress(`  FAILED:\n${failures.join('\n')}\n\n`)
    failed ||= failures.length > 0
  }
  return failed ? 1 : 0
}
