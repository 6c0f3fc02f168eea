import { readFile } from 'node:fs/promises'
import { dirname, isAbsolute, join } from 'node:path'
import { decodeYaml } from '../../yaml-text.js'
import { findRuleFiles, readRuleFile } from '../load-rules.js'
import { runTestGroup, type RunOptions } from './run-tests.js'
import { parseTestFile } from './test-file.js'

/** What a file of unit tests came to. */
export interface TestVerdict {
  /** In promtool's words; empty where every test passed. */
  readonly failures: readonly string[]
  /** Rule files that were asked for and are not there. */
  readonly warnings: readonly string[]
}

/**
 * Runs the unit tests of a file (the format of `promtool test rules`). Never rejects.
 * @param openRouting reads the routing file of a test file, for what its tests say of notifications; its error fails the tests
 */
export async function testRules (
  path: string, openRouting?: (file: string) => Promise<NonNullable<RunOptions['notifications']>>
): Promise<TestVerdict> {
  const warnings: string[] = []
  const fail = (...failures: string[]): TestVerdict => ({ failures, warnings })
  let text
  try {
    text = decodeYaml(await readFile(path))
  } catch (error) {
    return fail((error as Error).message)
  }
  const { file, problems } = parseTestFile(text)
  if (problems.length > 0) return fail(...problems.map(({ line, column, message }) => `${path}:${line}:${column}: ${message}`))
  const repeated = file.groupEvalOrder.find((name, i, names) => names.indexOf(name) !== i)
  if (repeated !== undefined) return fail(`group name repeated in evaluation order: ${repeated}`)

  let notifications
  if (file.routingFile !== undefined) {
    try {
      notifications = await openRouting?.(isAbsolute(file.routingFile) ? file.routingFile : join(dirname(path), file.routingFile))
    } catch (error) {
      return fail((error as Error).message)
    }
  }
  const read = []
  for (const pattern of file.ruleFiles) {
    let found
    try {
      found = await findRuleFiles([isAbsolute(pattern) || pattern === '' ? pattern : join(dirname(path), pattern)])
    } catch (error) {
      return fail((error as Error).message)
    }
    if (found.length === 0) warnings.push(`no file match pattern ${pattern}`)
    read.push(...await Promise.all(found.map(readRuleFile)))
  }
  const wrong = read.flatMap(rules => rules.problems)
  const failures: string[] = []
  for (const test of file.tests) {
    if (wrong.length > 0) failures.push(...wrong)
    else failures.push(...await runTestGroup(test, { file, groups: read.flatMap(rules => rules.groups), notifications }))
  }
  return fail(...failures)
}
