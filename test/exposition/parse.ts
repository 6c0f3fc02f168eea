/** One sample of an exposition, as strictly read as a scraper would. */
export interface ParsedSample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
  readonly exemplar: { readonly labels: Readonly<Record<string, string>>, readonly value: number, readonly atSeconds: number } | undefined
}

export interface ParsedFamily {
  readonly name: string
  readonly type: string
  readonly help: string
  readonly unit: string | undefined
  readonly samples: ParsedSample[]
}

const labelPair = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"(,|$)/y
const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[^"{}]|"(?:[^"\\]|\\.)*")*)\})? (\S+)(?: # \{((?:[^"{}]|"(?:[^"\\]|\\.)*")*)\} (\S+) (\S+))?$/s

/**
 * Reads an exposition of either format and throws for whatever a scraper could choke on: a line that does not parse, a
 * sample outside its family or twice, a family twice, a missing `# EOF`, a bad escape.
 */
export function parseExposition (text: string): Map<string, ParsedFamily> {
  const families = new Map<string, ParsedFamily>()
  const seen = new Set<string>()
  let family: { name: string, type: string, help: string, unit: string | undefined, samples: ParsedSample[] } | undefined
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  const isOpenMetrics = text.endsWith('# EOF\n')
  const lines = (isOpenMetrics ? text.slice(0, -'# EOF\n'.length) : text).split('\n').slice(0, -1)
  for (const line of lines) {
    const comment = /^# (HELP|TYPE|UNIT) (\S+) (.*)$/s.exec(line)
    if (comment !== null) {
      const [, kind, name, rest] = comment as unknown as [string, string, string, string]
      if (kind === 'HELP') {
        if (families.has(name)) throw new Error(`family ${name} twice`)
        families.set(name, family = { name, type: '', help: unescape(rest), unit: undefined, samples: [] })
      } else if (family?.name !== name) {
        throw new Error(`${kind} of ${name} outside its family`)
      } else if (kind === 'TYPE') {
        family.type = rest
      } else {
        family.unit = rest
      }
      continue
    }
    const found = sampleLine.exec(line)
    if (found === null || family === undefined) throw new Error(`not a line: ${JSON.stringify(line)}`)
    const [, name, pairs = '', value, exemplarPairs, exemplarValue, exemplarAt] = found as unknown as [string, string, string | undefined, string, string, string, string]
    const labels = readLabels(pairs)
    const key = JSON.stringify([name, Object.entries(labels).sort()])
    if (seen.has(key)) throw new Error(`sample twice: ${line}`)
    seen.add(key)
    if (!belongs(family, name, isOpenMetrics)) throw new Error(`${name} is not of family ${family.name}`)
    family.samples.push({
      name,
      labels,
      value: readNumber(value),
      exemplar: exemplarPairs === undefined
        ? undefined
        : { labels: readLabels(exemplarPairs), value: readNumber(exemplarValue), atSeconds: readNumber(exemplarAt) }
    })
  }
  return families
}

function belongs ({ name, type }: { name: string, type: string }, sample: string, isOpenMetrics: boolean): boolean {
  const suffixes: Readonly<Record<string, readonly string[]>> = {
    counter: isOpenMetrics ? ['_total', '_created'] : [''],
    gauge: [''],
    histogram: ['_bucket', '_sum', '_count', '_created'],
    summary: ['', '_sum', '_count', '_created']
  }
  return suffixes[type]?.some(suffix => sample === name + suffix) ?? false
}

function readLabels (pairs: string): Readonly<Record<string, string>> {
  const labels: Array<[string, string]> = []
  labelPair.lastIndex = 0
  while (labelPair.lastIndex < pairs.length) {
    const at = labelPair.lastIndex
    const found = labelPair.exec(pairs)
    if (found === null) throw new Error(`not labels: ${JSON.stringify(pairs.slice(at))}`)
    labels.push([found[1]!, unescape(found[2]!)])
  }
  if (new Set(labels.map(([name]) => name)).size !== labels.length) throw new Error(`a label twice: ${pairs}`)
  return Object.fromEntries(labels)
}

function unescape (text: string): string {
  return text.replace(/\\(.)/gs, (_, char: string) => char === 'n' ? '\n' : char)
}

function readNumber (text: string): number {
  if (text === '+Inf') return Infinity
  if (text === '-Inf') return -Infinity
  if (text === 'NaN' || text === 'Nan') return NaN
  if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text)) throw new Error(`not a number: ${text}`)
  return Number(text)
}

/** All samples, by name and sorted labels: for comparing two expositions whatever their order. */
export function samplesOf (families: ReadonlyMap<string, ParsedFamily>): Map<string, ParsedSample> {
  const samples = new Map<string, ParsedSample>()
  for (const family of families.values()) {
    for (const sample of family.samples) samples.set(`${sample.name}${JSON.stringify(Object.entries(sample.labels).sort())}`, sample)
  }
  return samples
}
