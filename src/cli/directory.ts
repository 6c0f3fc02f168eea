import { stat } from 'node:fs/promises'
import { UsageError } from './usage.js'

export async function isDirectory (path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true
}

/** Rejects with `UsageError` where `--journal` is none. */
export async function checkJournal (dir: string): Promise<void> {
  if (!await isDirectory(dir)) throw new UsageError(`--journal ${dir}: there is no such directory`)
}
