import { realpathSync } from 'node:fs'
import { argv, stdout } from 'node:process'
import { fileURLToPath } from 'node:url'
import { njordPack } from '../src/packs/njord/pack.js'
import type { Pack, PackMetric } from '../src/packs/pack.js'

const packs: readonly Pack[] = [njordPack as unknown as Pack]

/** The metrics of all packs as a Markdown page: `npx tsx scripts/metrics-catalogue.ts > docs/metrics.md`. */
export function metricsCatalogue (): string {
  return [
    '# Metrics',
    '',
    'The metrics of the packs, made from their declarations by `scripts/metrics-catalogue.ts`; do not edit. Those of the bus, the runtime,',
    'HTTP and the registry itself are declared beside their code.',
    '',
    'A metric whose labels all have a list of values (below) has all its series from the start. Other labels are bounded by the label guard:',
    'past 1,000 label sets of a metric, new ones go to one series labelled `__overflow__`.',
    '',
    ...packs.flatMap(pack => [
      `## Pack \`${pack.name}\``,
      '',
      '| metric | type | unit | labels | what it is | fed by |',
      '|---|---|---|---|---|---|',
      ...Object.values(pack.metrics).map(row),
      '',
      ...values(pack),
      ...buckets(pack)
    ])
  ].join('\n')
}

const code = (text: string): string => `\`${text}\``
const codes = (texts: readonly string[] = []): string => texts.map(code).join(', ')

function row ({ name, type, unit, labelNames, help, fedBy }: PackMetric): string {
  return `| ${[code(name), type, unit ?? '', codes(labelNames), help, codes(fedBy)].join(' | ')} |`
}

/** The labels whose values are known. */
function values (pack: Pack): string[] {
  const known = new Map<string, string>()
  for (const { labelRules } of Object.values(pack.metrics)) {
    for (const [label, rule] of Object.entries(labelRules ?? {})) if (rule?.values !== undefined) known.set(label, codes(rule.values))
  }
  return ['| label | values |', '|---|---|', ...[...known].map(([label, list]) => `| ${code(label)} | ${list} |`), '']
}

function buckets (pack: Pack): string[] {
  const rows = Object.values(pack.metrics).flatMap(metric =>
    metric.type === 'histogram' && metric.buckets !== undefined ? [`| ${code(metric.name)} | ${metric.buckets.join(', ')} |`] : [])
  return ['| histogram | upper bounds |', '|---|---|', ...rows, '']
}

if (argv[1] !== undefined && realpathSync(argv[1]) === fileURLToPath(import.meta.url)) stdout.write(metricsCatalogue())
