#!/usr/bin/env node
// Makes sure that the operating system's programs that tests run are there.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Each program, and the Debian package that has it. */
const packages = {
  'redis-server': 'redis-server',
  prometheus: 'prometheus',
  promtool: 'prometheus',
  'prometheus-alertmanager': 'prometheus-alertmanager',
  amtool: 'prometheus-alertmanager',
  chromium: 'chromium'
}

const usage = `Usage: node scripts/ensure-programs.mjs

Makes sure that ${Object.keys(packages).join(', ')} are in the PATH. What is missing is installed with
apt-get when this runs as root on Debian or Ubuntu; anywhere else one sentence says what to install, and the exit code
is 1. No service is started.
`

/** A script of this name that exits with 101 keeps Debian packages from starting their services. */
const servicePolicy = '/usr/sbin/policy-rc.d'

function isInPath (program) {
  return (process.env.PATH ?? '').split(delimiter).some(folder => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

const missing = () => Object.keys(packages).filter(program => !isInPath(program))
const packagesOf = programs => [...new Set(programs.map(program => packages[program]))]
const list = words => words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

/** Returns the last line that apt-get wrote about an error, or `undefined` when it went well. */
function aptGet (...args) {
  const { status, stderr, error } = spawnSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8'
  })
  if (status === 0) return undefined
  return error?.message ?? stderr.trim().split('\n').at(-1)
}

function install (names) {
  // A signal ends apt-get, which is waited for; what was put in place for it is still taken away.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => {})
  const bringsPolicy = !existsSync(servicePolicy)
  if (bringsPolicy) writeFileSync(servicePolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    // Lists may be old and still good enough: the installation decides.
    aptGet('update')
    return aptGet('install', '-y', '--no-install-recommends', ...names)
  } finally {
    if (bringsPolicy) rmSync(servicePolicy, { force: true })
  }
}

function main (args) {
  if (args.includes('--help')) {
    process.stdout.write(usage)
    return 0
  }
  if (args.length > 0) {
    process.stderr.write(usage)
    return 1
  }
  const wanted = missing()
  if (wanted.length === 0) return 0

  const names = packagesOf(wanted)
  let problem = ''
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version') && isInPath('apt-get')) {
    process.stderr.write(`ensure-programs: installing ${list(names)} with apt-get, for the tests …\n`)
    const error = install(names)
    if (missing().length === 0) return 0
    if (error !== undefined) problem = `, which apt-get could not do (${error})`
  }
  process.stderr.write(
    `The tests run ${list(missing())}: install the Debian or Ubuntu package${names.length > 1 ? 's' : ''} ${list(names)}, or the like${problem}.\n`)
  return 1
}

process.exitCode = main(process.argv.slice(2))
