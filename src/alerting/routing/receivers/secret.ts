import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Values } from '../config/shapes.js'

/** Longer files are no secrets. */
const LONGEST = 64 * 1024

/**
 * A secret that a section has under `key`, or in a file under `key_file`; `''` where there is none. A file is read each time, so that a new
 * secret counts at once; `env:NAME` in the place of a path is the environment's `NAME`. Rejects without showing what it read.
 * @param folder what relative paths are from
 */
export async function readSecret (values: Values, key: string, folder: string): Promise<string> {
  const given = values[key]
  if (typeof given === 'string' && given !== '') return given
  const path = values[`${key}_file`]
  if (typeof path !== 'string' || path === '') return ''
  if (path.startsWith('env:')) {
    const value = process.env[path.slice('env:'.length)]
    if (value === undefined || value === '') throw new Error(`${key}_file: the environment has no ${path.slice('env:'.length)}`)
    return value
  }
  try {
    const text = await readFile(resolve(folder, path), 'utf8')
    if (text.length > LONGEST) throw new Error('it is too long for a secret')
    return text.trim()
  } catch (error) {
    throw new Error(`${key}_file: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`)
  }
}
