import { open, readFile, rename, rm } from 'node:fs/promises'
import { Turns } from '../../clock/turns.js'

/** Lines between two looks at the time. */
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
 * Writes a file anew by way of another, so that a crash leaves the one or the other: how many bytes it has. Rejects when it cannot be
 * written; the file that was there stays.
 */
export async function writeLines (path: string, values: Iterable<unknown>): Promise<number> {
  const temporary = `${path}.new`
  const lines = [...values]
  const turns = new Turns()
  let bytes = 0
  try {
    const file = await open(temporary, 'w')
    try {
      for (let from = 0; from < lines.length; from += LINES_A_PART) {
        const part = Buffer.from(lines.slice(from, from + LINES_A_PART).map(value => `${JSON.stringify(value)}\n`).join(''))
        await file.appendFile(part)
        bytes += part.length
        if (turns.isDue) await turns.pause()
      }
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
