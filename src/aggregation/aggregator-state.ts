import { setImmediate as nextTurn } from 'node:timers/promises'
import type { WindowColumns } from './window-columns.js'
import { chunkStart, fromCell, sparse, toCell, type StateLine } from './checkpoint.js'
import type { MergedFamilies } from './merged-families.js'
import type { MergedFamily } from './merged-family.js'
import { MergedOrigin } from './merged-origin.js'
import { originKey } from './wire.js'
import { WindowColumns as Columns } from './window-columns.js'
import type { Windows } from './windows.js'

/** Everything that an aggregator knows. */
export interface AggregatorState {
  sinceMs: number
  readonly families: MergedFamilies
  readonly windows: Windows
  readonly origins: Map<string, MergedOrigin>
  readonly forgotten: Set<string>
}

/** Rows of one line, and of one turn of the event loop. */
const rowsPerLine = 256

/** Writes the state down, letting others have a turn on the way: nothing may be merged until it is done. */
export async function linesOf ({ sinceMs, families, windows, origins, forgotten }: AggregatorState): Promise<string[]> {
  const lines: string[] = []
  const say = (line: StateLine): void => { lines.push(JSON.stringify(line)) }
  const { openFromMs } = windows
  say({ state: 1, sinceMs, openFromMs: Number.isFinite(openFromMs) ? openFromMs : null })
  for (const family of families.all) {
    const { name, help, unit, labelNames: labels } = family.family
    say({ family: { type: family.type, name, help, unit, labels, bounds: family.bounds, aggregate: family.type === 'gauge' ? family.aggregate : undefined } })
    for await (const rows of inTurns(rowsOf(family))) say({ series: family.ordinal, rows })
  }
  let number = 0
  for (const origin of origins.values()) {
    const { instance, startedNs, seq, heardMs } = origin
    say({ origin: number, instance, startedNs: String(startedNs), seq, heardMs })
    for await (const rows of inTurns(origin.rows())) {
      say({ of: number, rows: rows.map(({ id, family, index, cells }) => [id, family.ordinal, index, ...Array.from(cells, toCell)] as const) })
    }
    number++
  }
  const all = [...Object.values(windows.open).flatMap(each => [...each.values()]).map(window => ({ window, sealed: false })),
    ...windows.sealed.map(window => ({ window, sealed: true }))]
  for (const { window, sealed } of all) {
    say({ window: window.resolution, startMs: window.startMs, sealed })
    for await (const chunks of inTurns(chunksOf(window), 8)) for (const chunk of chunks) say(chunk)
  }
  say({ forgotten: [...forgotten] })
  return lines
}

/**
 * Puts an aggregator where it was when the lines were written. Gauges are not noted: they are what origins say now. Returns
 * the metrics that are something else by now (of a newer version of this process), which begin anew.
 */
export function restore (state: AggregatorState, lines: readonly StateLine[]): string[] {
  const { families, windows, origins, forgotten } = state
  const lost: string[] = []
  /** By ordinal as noted: this process may have metrics of its own in another order. */
  const known: Array<MergedFamily | undefined> = []
  /** By ordinal as noted and index as noted. */
  const indices: Array<Map<number, number>> = []
  let origin: MergedOrigin | undefined
  let window: WindowColumns | undefined
  for (const line of lines) {
    if ('state' in line) {
      state.sinceMs = line.sinceMs
      windows.openFromMs = line.openFromMs ?? -Infinity
    } else if ('family' in line) {
      const resolved = families.resolve({ id: 0, ...line.family })
      if (typeof resolved === 'string') lost.push(line.family.name)
      known.push(typeof resolved === 'string' ? undefined : resolved.family)
      indices.push(new Map())
    } else if ('series' in line) {
      const family = known[line.series]
      if (family === undefined) continue
      for (const [index, values, cells] of line.rows) {
        const now = family.indexOf(values)
        // There may be fewer than there were.
        if (now === -1) continue
        indices[line.series]!.set(index, now)
        cells.slice(0, family.width).forEach((cell, at) => { family.add(now, at, fromCell(cell), at === 0 ? fromCell(cells[family.width]!) : 0) })
      }
    } else if ('origin' in line) {
      origin = new MergedOrigin(line.instance, BigInt(line.startedNs), line.heardMs)
      origin.seq = line.seq
      origins.set(originKey({ instance: line.instance, started_ns: origin.startedNs }), origin)
    } else if ('of' in line) {
      for (const [id, ordinal, index, ...cells] of line.rows) {
        const [family, now] = [known[ordinal], indices[ordinal]?.get(index)]
        if (family !== undefined && now !== undefined) origin!.restore(id, family, now, cells.map(fromCell))
      }
    } else if ('window' in line) {
      window = new Columns(line.window, line.startMs)
      if (line.sealed) windows.sealed.push(window)
      else windows.open[line.window].set(line.startMs, window)
    } else if ('chunk' in line) {
      const family = known[line.chunk]
      if (family === undefined) continue
      for (const [at, value] of line.cells) {
        const index = indices[line.chunk]!.get(line.from + Math.floor(at / family.windowWidth))
        if (index !== undefined) window!.add(family, index, at % family.windowWidth, fromCell(value))
      }
    } else if ('forgotten' in line) {
      for (const key of line.forgotten) forgotten.add(key)
    }
  }
  return lost
}

function * rowsOf (family: MergedFamily): Generator<[number, string[], Array<ReturnType<typeof toCell>>]> {
  for (let index = 0; index < family.length; index++) {
    if (family.type === 'gauge' ? !family.gauges.has(index) : family.family.series[index] === undefined) continue
    const cells = family.type === 'gauge'
      ? []
      : [...Array.from({ length: family.width }, (_, cell) => toCell(family.valueOf(index, cell))), toCell(family.lowOf(index))]
    yield [index, family.valuesOf(index), cells]
  }
}

function * chunksOf (window: WindowColumns): Generator<StateLine> {
  for (const [ordinal, column] of window.columns.entries()) {
    if (column === undefined) continue
    for (const [at, cells] of column.entries()) {
      if (cells !== undefined) yield { chunk: ordinal, from: chunkStart(at), cells: sparse(cells) }
    }
  }
}

async function * inTurns<T> (items: Iterable<T>, perTurn = rowsPerLine): AsyncGenerator<T[]> {
  let batch: T[] = []
  for (const item of items) {
    batch.push(item)
    if (batch.length < perTurn) continue
    yield batch
    batch = []
    await nextTurn()
  }
  if (batch.length > 0) yield batch
}
