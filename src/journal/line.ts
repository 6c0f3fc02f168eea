import { crc32 } from 'node:zlib'
import { resolutionMs, type Resolution, type WindowRecord } from '../contracts/window.js'

/** Every line ends in these 18 bytes and a newline: `,"crc":"0a1b2c3d"}`. */
const checksumLength = ',"crc":"00000000"}'.length
/** Every line starts with the start of its window, thirteen digits for the times that matter. */
const opening = '{"start_ms":'

const labelTexts = new WeakMap<object, string>()

/**
 * One window as a line of JSON, with its newline. The last key is the CRC-32 of all bytes before it, `,"crc"` not among
 * them: in Node's own zlib, quick, and certain to see a flipped byte, which a parser does not (`12` for `18` is JSON too).
 * What JSON has no number for stands as null in its place, and by name under `non_finite`.
 */
export function encodeLine (record: WindowRecord): string {
  const head = `${opening}${record.startMs},"resolution":"${record.resolution}","name":${JSON.stringify(record.name)}` +
    `,"labels":${labelText(record.labels)},"type":"${record.type}",${valuesText(record)}`
  return `${head}${checksum(head)}\n`
}

function valuesText (record: WindowRecord): string {
  switch (record.type) {
    case 'counter': return `"increment":${record.increment},"total":${record.total}`
    case 'histogram': return `"bounds":[${record.bounds.join()}],"buckets":[${record.buckets.join()}],"sum":${record.sum}`
    case 'gauge': {
      const { avg, min, max, last, count, sum } = record
      const text = JSON.stringify({ avg, min, max, last, count, sum }).slice(1, -1)
      // The sum is beyond a double's range before the average is.
      if (Number.isFinite(sum) && Number.isFinite(avg) && Number.isFinite(last) && Number.isFinite(min) && Number.isFinite(max)) return text
      const odd = Object.entries({ avg, min, max, last, sum }).filter(([, value]) => !Number.isFinite(value))
      return `${text},"non_finite":${JSON.stringify(Object.fromEntries(odd.map(([name, value]) => [name, String(value)])))}`
    }
  }
}

/** Labels by name in ascending order: one series has one text. A series hands in the same object each time. */
function labelText (labels: Readonly<Record<string, string>>): string {
  let text = labelTexts.get(labels)
  if (text === undefined) {
    text = `{${Object.keys(labels).sort().map(name => `${JSON.stringify(name)}:${JSON.stringify(labels[name])}`).join()}}`
    labelTexts.set(labels, text)
  }
  return text
}

function checksum (head: string | Buffer): string {
  return `,"crc":"${crc32(head).toString(16).padStart(8, '0')}"}`
}

/** Whether the bytes, without their newline, are a line as it was written. */
export function isIntact (line: Buffer): boolean {
  const length = line.length - checksumLength
  return length > opening.length && line.toString('latin1', length) === checksum(line.subarray(0, length))
}

/** The `startMs` of an intact line, without parsing it. */
export function startOf (line: Buffer): number {
  return Number(line.toString('latin1', opening.length, line.indexOf(44, opening.length)))
}

/** How the lines of a metric continue after their start: what tells them from others without parsing. */
export function namePrefix (resolution: Resolution, name: string): Buffer {
  return Buffer.from(`,"resolution":"${resolution}","name":${JSON.stringify(name)},`)
}

/** Whether an intact line goes on as `prefix` after its start. */
export function hasPrefix (line: Buffer, prefix: Buffer): boolean {
  const from = line.indexOf(44, opening.length)
  return line.compare(prefix, 0, prefix.length, from, from + prefix.length) === 0
}

/** The window of an intact line; `undefined` for one of a version that is not known here. */
export function decodeLine (line: Buffer): WindowRecord | undefined {
  let value: StoredLine
  try {
    value = JSON.parse(line.toString()) as StoredLine
  } catch {
    return undefined
  }
  const { start_ms: startMs, resolution, name, labels, type } = value
  const lengthMs = Object.hasOwn(resolutionMs, resolution) ? resolutionMs[resolution] : undefined
  if (lengthMs === undefined || typeof startMs !== 'number' || typeof name !== 'string' || typeof labels !== 'object') return undefined
  const window = { name, labels, resolution, startMs, endMs: startMs + lengthMs }
  if (type === 'counter') return { ...window, type, increment: value.increment, total: value.total }
  if (type === 'histogram') return { ...window, type, bounds: value.bounds, buckets: value.buckets, sum: value.sum }
  if (type !== 'gauge') return undefined
  const figure = (key: 'avg' | 'min' | 'max' | 'last' | 'sum'): number => value[key] ?? Number(value.non_finite?.[key])
  return { ...window, type, avg: figure('avg'), min: figure('min'), max: figure('max'), last: figure('last'), count: value.count, sum: figure('sum') }
}

/** The keys of a line; which there are is a matter of `type`. */
interface StoredLine {
  readonly start_ms: number
  readonly resolution: Resolution
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly type: string
  readonly increment: number
  readonly total: number
  readonly avg: number | null
  readonly min: number | null
  readonly max: number | null
  readonly last: number | null
  readonly count: number
  readonly sum: number
  readonly bounds: readonly number[]
  readonly buckets: readonly number[]
  readonly non_finite?: Readonly<Record<string, string>>
}
