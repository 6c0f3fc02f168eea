#!/usr/bin/env node
// What `npm test` prints of its TAP: a line a file with the figures it told, and the red ones whole at the very end, where they are looked for.
import { createInterface } from 'node:readline'

const passed = /^\s*(ok \d+|\d+\.\.\d+$|# time=|# Subtest:)|^\s*$/
const told = /^\s+# (?!time=|Subtest:)|^\s+ok \d+.* # (SKIP|TODO)/
const ended = /^(not )?ok \d+ - (.*?)(?: # time=([\d.]+)ms)?(?: \{)?$/

/** @type {string[]} */
const red = []
/** @type {string[]} */
let block = []
let files = 0

for await (const line of createInterface({ input: process.stdin })) {
  const [, failed, name = '', tookMs = '0'] = ended.exec(line) ?? []
  if (name !== '') {
    files++
    console.log(`${failed === undefined ? 'ok ' : 'RED'} ${(Number(tookMs) / 1000).toFixed(1).padStart(6)} s  ${name}`)
    for (const text of block) if (told.test(text)) console.log(`    ${text.trim()}`)
    if (failed !== undefined) red.push(`RED ${name}\n${block.filter(text => !passed.test(text)).join('\n')}`)
    block = []
  } else if (line.startsWith('# Subtest:')) {
    block = []
  } else if (/^\s/.test(line)) {
    block.push(line)
  } else if (!/^(TAP version|\d+\.\.\d+$|# ERROR: incomplete|$)/.test(line)) {
    console.log(line)
  }
}
for (const text of red) console.log(`\n${text}`)
console.log(`${files} test files, ${red.length === 0 ? 'all green' : `${red.length} red`}`)
