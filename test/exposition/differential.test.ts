import fc from 'fast-check'
import { Counter, Gauge, Histogram, Registry, Summary } from 'prom-client'
import t from 'tap'
import { MetricRegistry } from '../../src/metrics/registry.js'
import { OPENMETRICS, Reading, samples } from '../metrics/recorder.js'
import type { ParsedFamily, ParsedSample } from './parse.js'
import { labelsFor, metricSet, nameOf, operations, type MetricSpec, type Operation } from './operations.js'

const help = 'What it measures.'

type Recorder = (operation: Operation) => void

/** Whether a value may be recorded: prom-client throws for others, or takes what no rendering makes sense of; ours drops them. */
function isValid ({ type }: MetricSpec, { kind, ...operation }: Operation): boolean {
  const { value } = operation as { value: number }
  if (type === 'gauge') return true
  return kind === 'record' && Number.isFinite(value) && (type !== 'counter' || value >= 0)
}

/** A recorder through prom-client's own instruments. */
function theirs (registry: Registry, spec: MetricSpec, i: number): Recorder {
  const common = { name: nameOf(spec, i), help, labelNames: [...spec.labelNames], registers: [registry] }
  switch (spec.type) {
    case 'counter': {
      const counter = new Counter(common)
      return ({ labels, ...operation }) => {
        if (operation.kind === 'record') counter.inc(labelsFor(spec, labels), operation.value)
      }
    }
    case 'gauge': {
      const gauge = new Gauge(common)
      return ({ labels, ...operation }) => {
        if (operation.kind === 'record') gauge.set(labelsFor(spec, labels), operation.value)
        else if (operation.kind === 'gaugeInc') gauge.inc(labelsFor(spec, labels), operation.value)
        else if (operation.kind === 'gaugeDec') gauge.dec(labelsFor(spec, labels), operation.value)
      }
    }
    case 'histogram': {
      const histogram = new Histogram({ ...common, buckets: [...spec.buckets] })
      return ({ labels, ...operation }) => {
        if (operation.kind === 'record') histogram.observe(labelsFor(spec, labels), operation.value)
      }
    }
    case 'summary': {
      const summary = new Summary({ ...common, percentiles: [0.1, 0.5, 0.9] })
      return ({ labels, ...operation }) => {
        if (operation.kind === 'record') summary.observe(labelsFor(spec, labels), operation.value)
      }
    }
  }
}

function ours (registry: MetricRegistry, spec: MetricSpec, i: number): Recorder {
  const common = { name: nameOf(spec, i), help, labelNames: spec.labelNames as readonly 'a'[] }
  const args = (labels: readonly string[]): [never] => labelsFor(spec, labels) as never
  const plain = spec.labelNames.length === 0
  switch (spec.type) {
    case 'counter': {
      const counter = registry.counter(common)
      return ({ labels, ...operation }) => {
        if (operation.kind === 'record') counter.labels(args(labels) as never).inc(operation.value)
      }
    }
    case 'gauge': {
      const gauge = registry.gauge(common)
      return ({ labels, ...operation }) => {
        const child = gauge.labels(args(labels) as never)
        if (operation.kind === 'record') child.set(operation.value)
        else if (operation.kind === 'gaugeInc') child.inc(operation.value)
        else if (operation.kind === 'gaugeDec') child.dec(operation.value)
      }
    }
    case 'histogram':
    case 'summary': {
      const observer = spec.type === 'histogram'
        ? registry.histogram({ ...common, buckets: spec.buckets })
        : registry.summary({ ...common, percentiles: [0.1, 0.5, 0.9] })
      return ({ labels, ...operation }) => {
        if (operation.kind !== 'record') return
        if (plain) (observer as unknown as { observe (value: number): void }).observe(operation.value)
        else observer.observe(args(labels) as never, operation.value)
      }
    }
  }
}

t.test('random metrics and operations render to the samples that prom-client renders', async () => {
  await fc.assert(fc.asyncProperty(metricSet, operations(['record', 'gaugeInc', 'gaugeDec'], false, 60), async (specs, steps) => {
    const peer = new Registry()
    const registry = new MetricRegistry()
    const recorders = specs.map((spec, i) => [theirs(peer, spec, i), ours(registry, spec, i)] as const)
    for (const step of steps) for (const record of recorders[step.metric] ?? []) if (isValid(specs[step.metric]!, step)) record(step)
    const expected = new Reading((await peer.metrics()).replaceAll(/\n+/g, '\n'))
    for (const accept of [undefined, OPENMETRICS]) compare(specs, await samples(registry, accept), expected, accept !== undefined)
  }), { seed: 11, numRuns: 1500 })
})

/** Every sample of ours is theirs, and the reverse; of values as they are said in text. */
function compare (specs: readonly MetricSpec[], found: Reading, expected: Reading, isOpenMetrics: boolean): void {
  specs.forEach((spec, i) => {
    const name = nameOf(spec, i)
    const tell = ({ name, labels, value }: { name: string, labels: object, value: number }): string => `${name} ${JSON.stringify(Object.entries(labels).map(
      ([label, text]) => [label, label === 'le' || label === 'quantile' ? Number(text.replace('+Inf', 'Infinity')) : text]).sort())} ${value + 0}`
    const family = found.families.get(isOpenMetrics ? name.replace(/_total$/, '') : name)!
    const ours = family.samples.filter(sample => isComparable(sample, family)).map(tell).sort()
    const peers = expected.families.get(name)!
    const theirs = peers.samples.filter(sample => isComparable(sample, peers)).map(tell).sort()
    if (ours.join('\n') !== theirs.join('\n')) throw new Error(`${name}: found\n${ours.join('\n')}\nexpected\n${theirs.join('\n')}`)
  })
}

/** While nothing was observed, quantiles are NaN in ours, as in Go, and 0 in prom-client. */
function isComparable ({ labels }: ParsedSample, { samples }: ParsedFamily): boolean {
  return !('quantile' in labels) || samples.some(({ name, value }) => name.endsWith('_count') && value > 0)
}
