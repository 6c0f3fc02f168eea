import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { MetricType } from '../contracts/instruments.js'
import type { Resolution } from '../contracts/window.js'
import { CHUNK_ROWS } from './window-columns.js'

/** Numbers that JSON has no words for are texts. */
type Cell = number | 'NaN' | 'Infinity' | '-Infinity'

/** What an aggregator has to know to go on where it was killed: one of these a line. */
export type StateLine =
  | { readonly state: 1, readonly sinceMs: number, readonly openFromMs: number | null }
  | { readonly family: { readonly type: MetricType, readonly name: string, readonly help: string, readonly unit?: string, readonly labels: readonly string[], readonly bounds?: readonly number[], readonly aggregate?: 'last' | 'sum' | 'average' | 'min' | 'max' } }
  /** Series of a family: label values, then the cells of the total, then the low half of the first cell. */
  | { readonly series: number, readonly rows: ReadonlyArray<readonly [index: number, values: readonly string[], cells: readonly Cell[]]> }
  | { readonly origin: number, readonly instance: string, readonly startedNs: string, readonly seq: number, readonly heardMs: number }
  | { readonly of: number, readonly rows: ReadonlyArray<readonly [id: number, family: number, index: number, ...cells: Cell[]]> }
  | { readonly window: Resolution, readonly startMs: number, readonly sealed: boolean }
  | { readonly chunk: number, readonly from: number, readonly cells: ReadonlyArray<readonly [at: number, value: Cell]> }
  | { readonly forgotten: readonly string[] }
  | { readonly end: number }

export const toCell = (value: number): Cell => Number.isFinite(value) ? value : String(value) as Cell
export const fromCell = (cell: Cell): number => Number(cell)

/** The cells of a chunk that are not 0. */
export function sparse (cells: Float64Array): Array<readonly [number, Cell]> {
  const found: Array<readonly [number, Cell]> = []
  for (let at = 0; at < cells.length; at++) if (cells[at] !== 0) found.push([at, toCell(cells[at]!)])
  return found
}

/** The first row of the chunk that holds row `index`. */
export const chunkStart = (at: number): number => at * CHUNK_ROWS

/** Writes the lines aside and renames them into place: a crash leaves the old state or the new one. Rejects when it cannot. */
export async function writeState (path: string, lines: readonly string[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const file = await open(`${path}.new`, 'w')
  try {
    for (let from = 0; from < lines.length; from += 50) await file.writeFile(`${lines.slice(from, from + 50).join('\n')}\n`)
    await file.writeFile(`${JSON.stringify({ end: lines.length } satisfies StateLine)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
}

/** Reads what {@link writeState} wrote: `undefined` where there is nothing. Rejects for what is not whole. */
export async function readState (path: string): Promise<StateLine[] | undefined> {
  let text
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const lines = text.split('\n').filter(line => line !== '').map(line => JSON.parse(line) as StateLine)
  const last = lines.pop()
  if (last === undefined || !('end' in last) || last.end !== lines.length) throw new Error('the state is not whole')
  return lines
}
