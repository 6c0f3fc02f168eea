#!/usr/bin/env node
// Installs the package as a stranger would, and registers it in every way that a host may.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const usage = `Usage: node scripts/check-package.mjs [--keep]

Packs dist/ (npm run build makes it), installs the tarball into an empty project together with the versions of fastify,
typescript and @types/node that package-lock.json has, and registers the plugin there from ESM, from CommonJS require,
and from TypeScript (nodenext, strict, skipLibCheck off) in an ESM and in a CommonJS project. Each host must show a
metric of ours on its /metrics. --keep leaves the project where it is and says where.
`

const root = fileURLToPath(new URL('..', import.meta.url))
const readJson = file => JSON.parse(readFileSync(file, 'utf8'))
const { name: packageName, exports: entries } = readJson(join(root, 'package.json'))

/** Runs a program; throws with everything that it printed when it fails. */
function run (command, args, cwd) {
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    // Nothing of the npm that may have started this script: its settings are those of another project.
    env: Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_(package|lifecycle|command|config_local_prefix)/.test(key))),
    maxBuffer: 64 * 1024 * 1024
  })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${basename(command)} ${args.join(' ')} ended with ${signal ?? status}\n${stdout}${stderr}`)
  return stdout
}

function lockedVersion (name) {
  const { version } = readJson(join(root, 'package-lock.json')).packages[`node_modules/${name}`]
  return `${name}@${version}`
}

function pack (folder) {
  if (!existsSync(join(root, 'dist'))) throw new Error('there is no dist/: run npm run build first')
  const [{ filename, files }] = JSON.parse(run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], root))
  const paths = new Set(files.map(file => file.path))
  const wanted = Object.values(entries).flatMap(entry => typeof entry === 'string' ? [entry] : Object.values(entry)).map(path => path.replace('./', ''))
  const missing = [...wanted, 'README.md', 'LICENSE', 'CHANGELOG.md'].filter(path => !paths.has(path))
  if (missing.length > 0) throw new Error(`the tarball lacks ${missing.join(', ')}`)
  return join(folder, filename)
}

/** What every host does once it has the plugin. */
const body = `
  app.njord.registry.counter({ name: 'own_total', help: 'Own.', labelNames: ['kind'] }).inc({ kind: 'a' })
  app.njord.emit('intentReceived', { strategyId: 'trend', symbol: 'BTC/USDT', side: 'buy', quantity: 1 })
  const response = await app.inject('/metrics')
  await app.close()
  for (const line of ['njord_intents_received_total 1', 'own_total{kind="a"} 1']) {
    if (!response.body.includes(line + '\\n')) throw new Error(line + ' is not in the answer ' + response.statusCode + ': ' + response.body)
  }
`

const imports = `import Fastify from 'fastify'
import njordTelemetry from '${packageName}'
`

const types = `import type { Clock, NjordTelemetryOptions, TradingEvents } from '${packageName}'
${Object.keys(entries).filter(entry => entry !== './package.json').map((entry, i) => `import type * as entry${i} from '${packageName}${entry.slice(1)}'`).join('\n')}

export type Entries = [${Object.keys(entries).filter(entry => entry !== './package.json').map((_, i) => `typeof entry${i}`).join(', ')}]
export type Fill = TradingEvents['orderFilled']
const options: NjordTelemetryOptions & { clock?: Clock } = { enabled: true }
`

const mistakes = `
async function mistakes (app: FastifyInstance): Promise<void> {
  const counter = app.njord.registry.counter({ name: 'x_total', help: 'X.', labelNames: ['kind'] })
  // @ts-expect-error a wrong label name
  counter.inc({ king: 'a' })
  // @ts-expect-error a wrong event name
  app.njord.emit('intentRecieved', { strategyId: 'trend' })
}
void mistakes
`

const typescript = `${imports.replace('import Fastify', 'import Fastify, { type FastifyInstance }')}${types}
async function main (): Promise<void> {
  const app = Fastify()
  await app.register(njordTelemetry, options)
${body}}
${mistakes}
void main()
`

const withoutRedis = `${imports}
const app = Fastify()
try {
  await app.register(njordTelemetry, { enabled: true, bus: { redis: { url: 'redis://127.0.0.1:1' } } })
} catch (error) {
  if (error.code !== 'NJORD_ERR_REDIS_MISSING') throw error
  process.exit(0)
}
throw new Error('the Redis bus opened without the package redis')
`

/** The folders of the project and their files. Each folder is a package of one kind of module. */
const projects = {
  esm: {
    'host.mjs': `${imports}\nconst app = Fastify()\nawait app.register(njordTelemetry, { enabled: true })\n${body}`,
    'entries.mjs': Object.keys(entries).filter(entry => entry !== './package.json').map(entry => `await import('${packageName}${entry.slice(1)}')`).join('\n'),
    'redis.mjs': withoutRedis
  },
  cjs: {
    'host.cjs': `const Fastify = require('fastify')
async function main (plugin) {
  const app = Fastify()
  await app.register(plugin, { enabled: true })
${body}}
main(require('${packageName}')).then(() => main(require('${packageName}').default)).then(() => main(require('${packageName}').njordTelemetry))
`
  },
  'ts-esm': { 'host.ts': typescript },
  'ts-cjs': { 'host.ts': typescript }
}

const tsconfig = {
  compilerOptions: {
    target: 'es2022', module: 'nodenext', strict: true, skipLibCheck: false, esModuleInterop: true, types: ['node'], outDir: 'out', declaration: true
  },
  include: ['*.ts']
}

function writeProjects (folder) {
  for (const [project, files] of Object.entries(projects)) {
    mkdirSync(join(folder, project))
    writeFileSync(join(folder, project, 'package.json'), JSON.stringify({ private: true, type: project.endsWith('cjs') ? 'commonjs' : 'module' }))
    if (project.startsWith('ts-')) writeFileSync(join(folder, project, 'tsconfig.json'), JSON.stringify(tsconfig))
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, project, file), text)
  }
}

function check (folder) {
  const tarball = pack(folder)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'host', private: true }))
  const dependencies = ['fastify', 'typescript', '@types/node'].map(lockedVersion)
  console.log(`installing ${basename(tarball)} with ${dependencies.join(', ')} …`)
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball, ...dependencies], folder)
  if (existsSync(join(folder, 'node_modules', 'redis'))) throw new Error('the optional peer redis was installed')
  writeProjects(folder)

  const node = (project, file) => () => run(process.execPath, [file], join(folder, project))
  const tsc = project => () => {
    run(process.execPath, [join(folder, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', '.'], join(folder, project))
    run(process.execPath, [join('out', 'host.js')], join(folder, project))
  }
  const checks = [
    ['import of every entry', node('esm', 'entries.mjs')],
    ['import from ESM', node('esm', 'host.mjs')],
    ['require from CommonJS: the module, its default and its named export', node('cjs', 'host.cjs')],
    ['TypeScript, ESM project', tsc('ts-esm')],
    ['TypeScript, CommonJS project', tsc('ts-cjs')],
    ['the Redis bus without the package redis says what to install', node('esm', 'redis.mjs')]
  ]
  const failed = checks.filter(([title, runCheck]) => {
    try {
      runCheck()
      console.log(`ok      ${title}`)
      return false
    } catch (error) {
      console.log(`not ok  ${title}\n${error.message.replace(/^/gm, '        ')}`)
      return true
    }
  })
  return failed.length
}

function main () {
  const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const folder = mkdtempSync(join(tmpdir(), 'njord-package-'))
  try {
    const failed = check(folder)
    console.log(failed === 0 ? 'the package works' : `the package fails in ${failed} of its uses`)
    return failed === 0 ? 0 : 1
  } finally {
    if (values.keep) console.log(`the project is in ${folder}`)
    else rmSync(folder, { recursive: true, force: true })
  }
}

try {
  process.exitCode = main()
} catch (error) {
  console.error(`check-package: ${error.message}`)
  process.exitCode = 1
}
