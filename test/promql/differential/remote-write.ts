/**
 * Prometheus remote write 1.0 (prometheus.io/docs/specs/prw/remote_write_spec): a `prometheus.WriteRequest` of protobuf in
 * one snappy block. It is the one door of Prometheus through which staleness marks come in.
 */

export interface WrittenSample {
  /** Milliseconds since the Unix epoch. */
  readonly timestampMs: number
  /** `'stale'` is Prometheus's staleness mark, a NaN of its own. */
  readonly value: number | 'stale'
}

export interface WrittenSeries {
  readonly labels: Readonly<Record<string, string>>
  readonly samples: readonly WrittenSample[]
}

/** `value.StaleNaN` of prometheus/model/value. */
const staleBits = 0x7ff0000000000002n
/** The NaN that a scrape of `NaN` stores: `value.NormalNaN`. */
const normalNaNBits = 0x7ff8000000000001n

/** The body of a remote write request. */
export function encodeWriteRequest (series: readonly WrittenSeries[]): Buffer {
  return snappy(Buffer.concat(series.map(one => field(1, timeSeries(one)))))
}

function timeSeries ({ labels, samples }: WrittenSeries): Buffer {
  const names = Object.keys(labels).sort()
  return Buffer.concat([
    ...names.map(name => field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(labels[name]!))]))),
    ...samples.map(sample => field(2, encodeSample(sample)))
  ])
}

function encodeSample ({ timestampMs, value }: WrittenSample): Buffer {
  const double = Buffer.alloc(8)
  if (value === 'stale') double.writeBigUInt64LE(staleBits)
  else if (Number.isNaN(value)) double.writeBigUInt64LE(normalNaNBits)
  else double.writeDoubleLE(value)
  return Buffer.concat([Buffer.from([1 << 3 | 1]), double, Buffer.from([2 << 3]), varint(timestampMs)])
}

/** A field of wire type 2 (length, bytes). */
function field (number: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint(number << 3 | 2), varint(bytes.length), bytes])
}

function varint (value: number): Buffer {
  const bytes: number[] = []
  // No bit operators: a timestamp has more than 32 bits.
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest])
    bytes.push(rest % 128 + 128)
  }
}

/** A snappy block that compresses nothing: one literal with a length of four bytes (google/snappy, format_description.txt). */
function snappy (bytes: Buffer): Buffer {
  const tag = Buffer.alloc(5)
  tag[0] = 63 << 2
  tag.writeUInt32LE(bytes.length - 1, 1)
  return Buffer.concat([varint(bytes.length), tag, bytes])
}
