import { readFileSync } from 'node:fs'
import t from 'tap'
import { metricsCatalogue } from '../../scripts/metrics-catalogue.js'

t.test('docs/metrics.md is what the declarations say', async t => {
  const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8')
  t.ok(page === metricsCatalogue(), 'made anew by: npx tsx scripts/metrics-catalogue.ts > docs/metrics.md')
})
