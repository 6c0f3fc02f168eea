import { open, type FileHandle } from 'node:fs/promises'
import { readAt } from './gzip-blocks.js'
import { isIntact } from './line.js'

const tailBytes = 64 * 1024

/** Appends to one open segment. Everything is written at a known offset: what failed halfway does not count. */
export class SegmentWriter {
  readonly #file: FileHandle
  #size: number
  #isDirty = false
  /** Bytes of a torn last line that were cut off when the segment was opened. */
  readonly repairedBytes: number

  private constructor (file: FileHandle, size: number, repairedBytes: number) {
    this.#file = file
    this.#size = size
    this.repairedBytes = repairedBytes
  }

  /**
   * Opens a segment, makes it where there is none, and repairs its end. Throws the system's error.
   * @param knownSize what the segment had before a write that failed: what is past it is cut off, and will be written again
   */
  static async open (path: string, knownSize = Infinity): Promise<SegmentWriter> {
    const file = await openForWriting(path)
    try {
      const { size, repairedBytes } = await repair(file)
      if (size > knownSize) await file.truncate(knownSize)
      return new SegmentWriter(file, Math.min(size, knownSize), repairedBytes)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  get size (): number {
    return this.#size
  }

  /** Appends whole lines, and waits for the device with `sync`. Throws the system's error; the same lines are then to be appended again. */
  async append (lines: Buffer, { sync = false } = {}): Promise<void> {
    for (let done = 0; done < lines.length;) {
      const { bytesWritten } = await this.#file.write(lines, done, lines.length - done, this.#size + done)
      done += bytesWritten
    }
    this.#isDirty = true
    // After an fsync that failed the system may have thrown the bytes away: the next attempt writes them anew.
    if (sync) await this.sync()
    this.#size += lines.length
  }

  /** Waits until the device has what was appended. */
  async sync (): Promise<void> {
    if (!this.#isDirty) return
    await this.#file.datasync()
    this.#isDirty = false
  }

  async close (): Promise<void> {
    await this.#file.close()
  }
}

async function openForWriting (path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return await open(path, 'wx+')
  }
}

/**
 * Reads the file's end, whatever its size: a last line without a newline gets one when it is whole, and is cut off when it
 * is torn. Zeros at the end (a power cut) are such a line.
 */
async function repair (file: FileHandle): Promise<{ size: number, repairedBytes: number }> {
  const { size } = await file.stat()
  let tail: Buffer = Buffer.alloc(0)
  let start = size
  let newline = -1
  while (start > 0 && newline === -1) {
    const from = Math.max(0, start - tailBytes)
    const chunk = await readAt(file, from, start - from)
    newline = chunk.lastIndexOf(10)
    tail = Buffer.concat([chunk, tail])
    start = from
  }
  const whole = start + newline + 1
  if (whole === size) return { size, repairedBytes: 0 }
  if (isIntact(tail.subarray(newline + 1))) {
    await file.write('\n', size)
    return { size: size + 1, repairedBytes: 0 }
  }
  await file.truncate(whole)
  return { size: whole, repairedBytes: size - whole }
}
