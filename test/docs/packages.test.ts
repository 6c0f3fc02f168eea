import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { root } from './documents.js'

await t.test('no package that npm ci installs asks for a newer Node', async t => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { engines?: { node?: string } }>
  }
  const newer = Object.entries(packages).filter(([, { engines }]) => Number(/^>=? ?(\d+)[\d.]*$/.exec(engines?.node ?? '')?.[1] ?? 0) > 20)
  t.same(newer.map(([path]) => path), [])
})
