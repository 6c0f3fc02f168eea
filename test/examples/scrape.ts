export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** A scrape in the text format 0.0.4, as a person with a calculator would read it. */
export class Scrape {
  readonly samples: readonly Sample[]

  constructor (text: string) {
    this.samples = text.split('\n').filter(line => line !== '' && !line.startsWith('#')).map(parseSample)
  }

  /** The samples of one name that have all of the given labels. */
  of (name: string, labels: Readonly<Record<string, string>> = {}): Sample[] {
    return this.samples.filter(sample => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
  }

  sum (name: string, labels?: Readonly<Record<string, string>>): number {
    return this.of(name, labels).reduce((sum, { value }) => sum + value, 0)
  }

  /** The value of the one sample of this name and these labels; throws when there is none or more than one. */
  only (name: string, labels?: Readonly<Record<string, string>>): number {
    const found = this.of(name, labels)
    if (found.length !== 1) throw new Error(`${name} ${JSON.stringify(labels ?? {})}: found ${found.length} samples, expected 1`)
    return found[0]!.value
  }
}

function parseSample (line: string): Sample {
  const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line)
  if (match === null) throw new Error(`not a sample: ${line}`)
  const [, name, labels = '', value] = match
  const pairs = Array.from(labels.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g), ([, key, text]) =>
    [key!, text!.replace(/\\(.)/g, (_, letter) => letter === 'n' ? '\n' : letter)] as const)
  return { name: name!, labels: Object.fromEntries(pairs), value: Number(value!.replace('Inf', 'Infinity')) }
}
