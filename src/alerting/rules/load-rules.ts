import { readFile } from 'node:fs/promises'
import { NJORD_ERR_RULES } from '../../errors.js'
import { glob } from '../glob.js'
import { decodeYaml } from '../yaml-text.js'
import { parseRuleFile } from './rule-file.js'
import type { RuleGroupSpec, RuleSpec } from './rule-set.js'

/** Every file that some patterns find, each once. Rejects with `NJORD_ERR_RULES` for what is no pattern. */
export async function findRuleFiles (patterns: readonly string[]): Promise<string[]> {
  try {
    return [...new Set((await Promise.all(patterns.map(glob))).flat())]
  } catch (error) {
    throw new NJORD_ERR_RULES((error as Error).message)
  }
}

/** What is wrong with a file that cannot be read, or the groups of one that can. */
export async function readRuleFile (file: string): Promise<{ groups: readonly RuleGroupSpec[], problems: readonly string[] }> {
  let text
  try {
    text = decodeYaml(await readFile(file))
  } catch (error) {
    return { groups: [], problems: [`${file}: ${(error as Error).message}`] }
  }
  const { groups, problems } = parseRuleFile(text, file)
  return { groups, problems: problems.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`) }
}

/**
 * The groups of all files of some patterns, each of which has to find one. Rejects with `NJORD_ERR_RULES`, which has a line for everything
 * that is wrong.
 */
export async function loadRules (patterns: readonly string[]): Promise<RuleGroupSpec[]> {
  const found = await Promise.all(patterns.map(async pattern => await findRuleFiles([pattern])))
  const read = await Promise.all(Array.from(new Set(found.flat()), readRuleFile))
  const problems = read.flatMap(file => file.problems)
  for (const [i, pattern] of patterns.entries()) if (found[i]!.length === 0) problems.push(`${pattern}: found no file, expected one at least`)
  if (problems.length > 0) throw new NJORD_ERR_RULES(problems.join('\n'))
  return read.flatMap(file => file.groups)
}

/** A rule that stands twice among some groups: by name and labels, as `promtool check rules` looks for them. */
export function duplicateRules (groups: readonly RuleGroupSpec[]): RuleSpec[] {
  const seen = new Set<string>()
  const duplicates: RuleSpec[] = []
  for (const rule of groups.flatMap(group => group.rules)) {
    const key = JSON.stringify([rule.name, rule.labels])
    if (seen.has(key)) duplicates.push(rule)
    seen.add(key)
  }
  return duplicates
}
