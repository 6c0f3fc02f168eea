import { open, type FileHandle } from 'node:fs/promises'
import { gunzipBlocks, readAt } from './gzip-blocks.js'
import { isIntact } from './line.js'

/** What could not be read of a segment: a line whose checksum does not fit, or a stretch that does not inflate. */
export interface Damage {
  /** The segment's file. */
  readonly path: string
  /** Where, in bytes: of the text for a line, of the file for a stretch of a compressed one. */
  readonly offset: number
  readonly bytes: number
  /** `torn`: the last line ends before its newline, as after a crash. */
  readonly what: 'line' | 'torn' | 'compressed'
}

const chunkBytes = 256 * 1024
/** A line longer than this was never written. It bounds what a file without newlines takes of memory. */
const longestLine = 16 * 1024 * 1024
const newline = 10

/**
 * The intact lines of a segment, without their newlines, a batch for each chunk that is read. Never throws for what is in
 * the file: what is damaged goes to `onDamage`. A file that cannot be opened or read throws the system's error.
 */
export async function * readLines (path: string, onDamage: (damage: Damage) => void): AsyncGenerator<Buffer[]> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const chunks = path.endsWith('.gz')
      ? gunzipBlocks(file, size, (offset, bytes) => { onDamage({ path, offset, bytes, what: 'compressed' }) })
      : readChunks(file, size)
    let rest: Buffer = Buffer.alloc(0)
    /** Of `rest` in the text. */
    let offset = 0
    for await (const chunk of chunks) {
      const text = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      const lines: Buffer[] = []
      let from = 0
      for (let end = text.indexOf(newline); end !== -1; end = text.indexOf(newline, from)) {
        const line = text.subarray(from, end)
        if (isIntact(line)) lines.push(line)
        else onDamage({ path, offset: offset + from, bytes: line.length + 1, what: 'line' })
        from = end + 1
      }
      offset += from
      rest = text.subarray(from)
      if (rest.length > longestLine) {
        onDamage({ path, offset, bytes: rest.length, what: 'line' })
        offset += rest.length
        rest = Buffer.alloc(0)
      }
      if (lines.length > 0) yield lines
    }
    if (rest.length === 0) return
    if (isIntact(rest)) yield [rest]
    else onDamage({ path, offset, bytes: rest.length, what: 'torn' })
  } finally {
    await file.close()
  }
}

async function * readChunks (file: FileHandle, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < size; at += chunkBytes) {
    const chunk = await readAt(file, at, Math.min(chunkBytes, size - at))
    if (chunk.length === 0) return
    yield chunk
  }
}
