import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { loadRouting } from '../alerting/routing/load-routing.js'
import { duplicateRules, findRuleFiles, readRuleFile } from '../alerting/rules/load-rules.js'
import type { Output } from './cleanup.js'
import { UsageError } from './usage.js'

/**
 * `njord-telemetry alerts check FILES`: whether files of rules (as `promtool check rules`) and routing files (as `amtool check-config`) are
 * well. Resolves with 1 where one is not.
 */
export async function alertsCheck (args: readonly string[], { out, progress }: Output): Promise<number> {
  const { positionals: patterns } = parseArgs({ args: [...args], allowPositionals: true, options: {} })
  if (patterns.length === 0) throw new UsageError('a file is missing: njord-telemetry alerts check FILES')
  let failed = false
  for (const pattern of patterns) {
    const files = await findRuleFiles([pattern])
    if (files.length === 0) progress(`${pattern}: there is no such file\n`)
    failed ||= files.length === 0
    for (const file of files) failed = !await check(file, { out, progress }) || failed
  }
  return failed ? 1 : 0
}

async function check (file: string, { out, progress }: Output): Promise<boolean> {
  out(`Checking ${file}\n`)
  if (await isRouting(file)) return await checkRouting(file, { out, progress })
  const { groups, problems } = await readRuleFile(file)
  if (problems.length > 0) {
    progress(`  FAILED:\n${problems.join('\n')}\n\n`)
    return false
  }
  for (const { name, labels } of duplicateRules(groups)) {
    progress(`  WARNING: the rule ${name} ${JSON.stringify(labels)} is there twice: both write the same series\n`)
  }
  out(`  SUCCESS: ${groups.reduce((sum, { rules }) => sum + rules.length, 0)} rules found\n\n`)
  return true
}

/** A file with a route or receivers is one of routing; anything else should be rules. */
async function isRouting (file: string): Promise<boolean> {
  return /^(?:route|receivers)\s*:/m.test(await readFile(file, 'utf8').catch(() => ''))
}

async function checkRouting (file: string, { out, progress }: Output): Promise<boolean> {
  try {
    const { config: { receivers, warnings } } = await loadRouting(file)
    for (const warning of warnings) progress(`  WARNING: ${warning}\n`)
    out(`  SUCCESS: ${[...receivers].length} receivers found\n\n`)
    return true
  } catch (error) {
    progress(`  FAILED:\n${(error as Error).message}\n\n`)
    return false
  }
}
