import type { FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'
import { crc32, createGunzip, deflateRaw, inflateRaw, type InputType, type ZlibOptions } from 'node:zlib'

/**
 * A closed segment is a gzip file of many members of some 256 KiB each, as `cat a.gz b.gz` would make: every program reads it.
 * Each member's header tells the member's length in an extra field (RFC 1952, 2.3.1.1; bgzip does so too). A reader that
 * meets damage goes on at the next member, where a plain gzip file is lost from there on.
 */
export const blockBytes = 256 * 1024

const headerLength = 20
const trailerLength = 8
/** Magic, deflate, FEXTRA, no time, no flags, unknown system, eight bytes of extra field: "NJ" with four bytes. */
const marker = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 255, 8, 0, 0x4e, 0x4a, 4, 0])
/** No member that was written is longer; a length that is damaged may be. */
const longestBlock = 64 * 1024 * 1024
const scanBytes = 1024 * 1024

const deflate = promisify<InputType, ZlibOptions, Buffer>(deflateRaw)
const inflate = promisify<InputType, ZlibOptions, Buffer>(inflateRaw)

/** One gzip member that holds `data`. */
export async function gzipBlock (data: Buffer): Promise<Buffer> {
  const body = await deflate(data, { level: 6 })
  const block = Buffer.alloc(headerLength + body.length + trailerLength)
  marker.copy(block)
  block.writeUInt32LE(block.length, marker.length)
  body.copy(block, headerLength)
  block.writeUInt32LE(crc32(data), block.length - 8)
  block.writeUInt32LE(data.length, block.length - 4)
  return block
}

/**
 * The contents of a gzip file, member by member; `onDamage` is told of the ranges of the file that could not be read. What comes
 * out may still be wrong in places (a flipped byte that inflates all the same): the checksums of the lines tell. A gzip
 * file of another making is read as far as it is whole.
 */
export async function * gunzipBlocks (
  file: FileHandle, size: number, onDamage: (offset: number, bytes: number) => void
): AsyncGenerator<Buffer> {
  if (await findMarker(file, 0, size) === size) return yield * gunzipStream(file, size, onDamage)
  for (let at = 0; at < size;) {
    const block = await readBlock(file, at, size)
    const data = block === undefined ? undefined : await inflateBlock(block)
    if (data !== undefined) yield data
    const isWhole = data !== undefined && crc32(data) === block!.readUInt32LE(block!.length - 8)
    const next = isWhole ? at + block!.length : await findMarker(file, at + 1, size)
    if (!isWhole) onDamage(at, next - at)
    at = next
  }
}

async function inflateBlock (block: Buffer): Promise<Buffer | undefined> {
  try {
    return await inflate(block.subarray(headerLength, -trailerLength), { maxOutputLength: longestBlock })
  } catch {
    return undefined
  }
}

/** The member at `at`; `undefined` where there is none that ends within the file. */
async function readBlock (file: FileHandle, at: number, size: number): Promise<Buffer | undefined> {
  const header = await readAt(file, at, Math.min(headerLength, size - at))
  if (header.length < headerLength || !header.subarray(0, marker.length).equals(marker)) return undefined
  const length = header.readUInt32LE(marker.length)
  if (length < headerLength + trailerLength || length > longestBlock || at + length > size) return undefined
  const block = await readAt(file, at, length)
  return block.length === length ? block : undefined
}

/** Where the next member starts at `from` or later; `size` when none does. */
async function findMarker (file: FileHandle, from: number, size: number): Promise<number> {
  for (let at = from; at < size; at += scanBytes) {
    const found = (await readAt(file, at, Math.min(scanBytes + marker.length - 1, size - at))).indexOf(marker)
    if (found !== -1) return at + found
  }
  return size
}

async function * gunzipStream (file: FileHandle, size: number, onDamage: (offset: number, bytes: number) => void): AsyncGenerator<Buffer> {
  const gunzip = createGunzip()
  const source = file.createReadStream({ start: 0, autoClose: false })
  source.once('error', error => { gunzip.destroy(error) })
  try {
    for await (const chunk of source.pipe(gunzip)) yield chunk as Buffer
  } catch {
    onDamage(gunzip.bytesWritten, size - gunzip.bytesWritten)
  } finally {
    source.destroy()
  }
}

/** Up to `length` bytes; fewer at the end of the file. */
export async function readAt (file: FileHandle, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, at + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}
