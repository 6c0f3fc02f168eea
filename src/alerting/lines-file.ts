import { open, readFile, rename, rm } from 'node:fs/promises'
import { Turns } from '../clock/turns.js'

/** Lines that are written to the disk at once. */
const LINES_A_PART = 100

/**
 * The values of a file with a line of JSON each, and the numbers of its lines that are none or are not `isOne`; nothing where there is no
 * file. Taken in turns with the rest of the process. Rejects when the file cannot be read.
 */
export async function readLines<T> (path: string, isOne: (value: unknown) => value is T): Promise<{ values: T[], damaged: number[] }> {
  const values: T[] = []
  const damaged: number[] = []
  const turns = new Turns()
  for (const [i, line] of (await textOf(path)).split('\n').entries()) {
    if (line === '') continue
    const value = parse(line)
    if (isOne(value)) values.push(value)
    else damaged.push(i + 1)
    if (turns.isDue) await turns.pause()
  }
  return { values, damaged }
}

/**
 * Writes a file anew by way of another, so that a crash leaves the one or the other: how many bytes it has. The values are walked in turns
 * with the rest of the process. Rejects when it cannot be written; the file that was there stays.
 * @param atMs the time that the file is given, in milliseconds since the Unix epoch; without it that of writing
 */
export async function writeLines (path: string, values: Iterable<unknown>, atMs?: number): Promise<number> {
  const temporary = `${path}.new`
  const turns = new Turns()
  let bytes = 0
  try {
    const file = await open(temporary, 'w')
    try {
      let text = ''
      let lines = 0
      const put = async (): Promise<void> => {
        const part = Buffer.from(text)
        text = ''
        await file.appendFile(part)
        bytes += part.length
      }
      for (const value of values) {
        text += `${JSON.stringify(value)}\n`
        if (++lines % LINES_A_PART === 0) await put()
        if (turns.isDue) await turns.pause()
      }
      await put()
      if (atMs !== undefined) await file.utimes(atMs / 1000, atMs / 1000)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
    return bytes
  } catch (error) {
    // A full disk needs the room.
    await rm(temporary, { force: true }).catch(() => {})
    throw error
  }
}

async function textOf (path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

function parse (line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
