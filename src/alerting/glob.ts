import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The files of a pattern as Go's `filepath.Glob` finds them: `*`, `?` and `[a-z]` within a part of the path. Sorted; empty where
 * there are none. A path without any of these is itself, if it is there.
 */
export async function glob (pattern: string): Promise<string[]> {
  const parts = pattern.split('/')
  let found = [parts[0] === '' ? '/' : '.']
  let isBare = parts[0] !== ''
  for (const part of parts[0] === '' ? parts.slice(1) : parts) {
    const next: string[] = []
    for (const dir of found) {
      const names = /[*?[]/.test(part) ? (await namesOf(dir)).filter(name => matcherOf(part).test(name)) : [part]
      for (const name of names) next.push(isBare ? name : join(dir, name))
    }
    found = (await Promise.all(next.map(async path => await isThere(path) ? path : undefined))).filter(path => path !== undefined)
    isBare = false
  }
  return found.sort()
}

async function namesOf (dir: string): Promise<string[]> {
  try {
    return await readdir(dir)
  } catch {
    return []
  }
}

async function isThere (path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch {
    return false
  }
}

function matcherOf (part: string): RegExp {
  const source = part.replace(/\\(.)|\[(\^?)([^\]]+)\]|[*?]|[.+^${}()|\\\][]/g, (all, escaped?: string, not?: string, set?: string) => {
    if (escaped !== undefined) return `\\${escaped}`
    if (set !== undefined) return `[${not!}${set.replaceAll('\\', '\\\\')}]`
    return all === '*' ? '[^/]*' : all === '?' ? '[^/]' : `\\${all}`
  })
  return new RegExp(`^${source}$`)
}
