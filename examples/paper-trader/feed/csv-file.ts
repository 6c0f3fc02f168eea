import { open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

/** The most a feed may hold once it is unpacked: a string of V8 ends not far above. */
const maxBytes = 256 * 1024 * 1024

/** A feed that cannot be used. The message is one line: the place, what was found and what was expected. */
export class FeedError extends Error {
  override readonly name = 'FeedError'
}

/** Reads a CSV file whole, unpacking gzip (told by its first bytes, whatever the name). Throws a {@link FeedError}. */
export async function readCsv (path: string): Promise<CsvFile> {
  let bytes
  try {
    bytes = await readBounded(path)
  } catch (error) {
    if (error instanceof FeedError) throw error
    throw new FeedError(`${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`, { cause: error })
  }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    try {
      bytes = await promisify(gunzip)(bytes, { maxOutputLength: maxBytes })
    } catch (error) {
      throw new FeedError(`${path}: its gzip data cannot be unpacked (${(error as Error).message})`, { cause: error })
    }
  }
  return new CsvFile(path, new TextDecoder().decode(bytes))
}

async function readBounded (path: string): Promise<Buffer> {
  await using file = await open(path)
  const { size } = await file.stat()
  if (size > maxBytes) throw new FeedError(`${path}: found ${size} bytes, expected ${maxBytes} at most`)
  return await file.readFile()
}

/** A table with a header; reads fields by name and reports mistakes by file and line. */
export class CsvFile {
  readonly path: string
  readonly header: readonly string[]
  readonly #lines: readonly string[]

  constructor (path: string, text: string) {
    this.path = path
    this.#lines = text.split(/\r?\n/)
    this.header = this.#lines[0]!.split(',').map(name => name.trim().toLowerCase())
  }

  /** Each line with something on it, below the header. Throws a {@link FeedError} for one with the wrong number of fields. */
  * lines (): Generator<CsvLine> {
    for (let at = 1; at < this.#lines.length; at++) {
      const text = this.#lines[at]!
      if (text === '') continue
      const fields = text.split(',')
      const line = new CsvLine(`${this.path}:${at + 1}`, this.header, fields)
      if (fields.length !== this.header.length) line.fail(`${fields.length} fields`, `${this.header.length} (${this.header.join(',')})`)
      yield line
    }
  }
}

/** One line of a {@link CsvFile}. */
export class CsvLine {
  readonly #place: string
  readonly #header: readonly string[]
  readonly #fields: readonly string[]

  constructor (place: string, header: readonly string[], fields: readonly string[]) {
    this.#place = place
    this.#header = header
    this.#fields = fields
  }

  text (column: string): string {
    return this.#fields[this.#header.indexOf(column)]!.trim()
  }

  /** A decimal number; more than 0 unless `zeroToo`. */
  number (column: string, zeroToo = false): number {
    const text = this.text(column)
    const value = text === '' ? NaN : Number(text)
    if (Number.isFinite(value) && (value > 0 || (zeroToo && value === 0))) return value
    return this.fail(`${column} ${JSON.stringify(text.slice(0, 40))}`, zeroToo ? 'a number, 0 or more' : 'a number above 0')
  }

  /** Milliseconds since the epoch: written as such, or as a date and time of UTC. */
  timeMs (column: string): number {
    const text = this.text(column)
    if (/^\d{1,15}$/.test(text)) return Number(text)
    const timeMs = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?Z?$/.test(text) ? Date.parse(`${text.replace(' ', 'T').replace('Z', '')}Z`) : NaN
    if (!Number.isNaN(timeMs)) return timeMs
    return this.fail(`${column} ${JSON.stringify(text.slice(0, 40))}`, 'milliseconds since 1970 or YYYY-MM-DD HH:MM:SS in UTC')
  }

  /** Throws a {@link FeedError} that names this line. */
  fail (found: string, expected: string): never {
    throw new FeedError(`${this.#place}: found ${found}, expected ${expected}`)
  }
}
