#!/usr/bin/env node
// Fails when the tests leave too much of src/ and plugins/ unseen.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import ts from 'typescript'

const usage = `Usage: node scripts/check-coverage.mjs [--lines PERCENT]

Reads .tap/report/coverage-summary.json, which the last run of tap wrote, and prints the line coverage of src/ and
plugins/ together and of the ten files with the most lines that no test ran. Fails when it is below PERCENT (95), or
when a file with code in it was loaded by no test at all.
`

const root = fileURLToPath(new URL('..', import.meta.url))
const report = join(root, '.tap', 'report', 'coverage-summary.json')
const folders = ['src', 'plugins']

/** Lines of each file that tests loaded, by its path from the root: `{ total, covered, pct }`. */
function readCoverage () {
  const { total, ...files } = JSON.parse(readFileSync(report, 'utf8'))
  const entries = Object.entries(files).map(([file, { lines }]) => [relative(root, file).split(sep).join('/'), lines])
  return new Map(entries.filter(([file]) => folders.some(folder => file.startsWith(`${folder}/`))))
}

function sourceFiles () {
  return folders.flatMap(folder => readdirSync(join(root, folder), { recursive: true })
    .map(name => `${folder}/${name.split(sep).join('/')}`)
    .filter(file => file.endsWith('.ts') && !file.endsWith('.d.ts')))
}

/** Whether anything of a file is left at run time: types, imports and re-exports apart. */
function hasCode (file) {
  const { outputText } = ts.transpileModule(readFileSync(join(root, file), 'utf8'), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true, removeComments: true }
  })
  const { statements } = ts.createSourceFile('file.js', outputText, ts.ScriptTarget.ES2022)
  return statements.some(statement => !ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement))
}

function main () {
  const { values } = parseArgs({ options: { lines: { type: 'string', default: '95' }, help: { type: 'boolean', default: false } } })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const required = Number(values.lines)
  if (!(required >= 0 && required <= 100)) throw new Error(`--lines: found ${values.lines}, expected a number from 0 to 100`)

  const coverage = readCoverage()
  const unloaded = sourceFiles().filter(file => !coverage.has(file) && hasCode(file))
  const sum = key => [...coverage.values()].reduce((total, lines) => total + lines[key], 0)
  // No files at all are no coverage, not full coverage.
  const percent = sum('total') === 0 ? 0 : 100 * sum('covered') / sum('total')

  const worst = [...coverage].filter(([, lines]) => lines.covered < lines.total)
    .sort(([, a], [, b]) => (b.total - b.covered) - (a.total - a.covered))
    .slice(0, 10)
  for (const [file, lines] of worst) {
    console.log(`${lines.pct.toFixed(1).padStart(6)} %  ${String(lines.total - lines.covered).padStart(4)} lines unseen  ${file}`)
  }
  for (const file of unloaded) console.log(`loaded by no test: ${file}`)
  console.log(`line coverage of ${folders.join(' and ')}: ${percent.toFixed(2)} % of ${sum('total')} lines (${required} % required)`)
  return percent >= required && unloaded.length === 0 ? 0 : 1
}

try {
  process.exitCode = main()
} catch (error) {
  console.error(error.code === 'ENOENT' ? `check-coverage: ${report} is not there: run the tests first` : `check-coverage: ${error.message}`)
  process.exitCode = 1
}
