import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The files of a pattern as Go's `filepath.Glob` finds them: `*`, `?` and `[a-z]` within a part of the path. Sorted; empty where
 * there are none. A path without any of these is itself, if it is there. Rejects, with an `Error` that names it, for a pattern that is none,
 * as `[a`; `[z-a]` is one, which nothing matches.
 */
export async function glob (pattern: string): Promise<string[]> {
  const parts = pattern.split('/')
  const matchers = new Map(parts.map(part => [part, matcherOf(part)]))
  if ([...matchers.values()].includes(undefined)) throw new Error(`${pattern}: syntax error in pattern`)
  let found = [parts[0] === '' ? '/' : '.']
  let isBare = parts[0] !== ''
  for (const part of parts[0] === '' ? parts.slice(1) : parts) {
    const next: string[] = []
    for (const dir of found) {
      const names = /[*?[\\]/.test(part) ? (await namesOf(dir)).filter(name => matchers.get(part)!.test(name)) : [part]
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

/** `undefined` for what is no pattern: a class that does not end or has nothing in it, a backslash at the end. */
function matcherOf (part: string): RegExp | undefined {
  const words = /\\(.)|\[(\^|(?!\^))((?:(?:\\.|[^\\\]-])(?:-(?:\\.|[^\\\]-]))?)+)\]|[^\\[]/gsuy
  let source = ''
  let at = 0
  for (const [all, escaped, not, set] of part.matchAll(words)) {
    at += all.length
    if (escaped !== undefined) source += literal(escaped)
    else if (set !== undefined) source += classOf(set, not === '^')
    else source += all === '*' ? '[^/]*' : all === '?' ? '[^/]' : literal(all)
  }
  return at === part.length ? new RegExp(`^${source}$`, 'su') : undefined
}

function classOf (set: string, isNegated: boolean): string {
  const ranges = [...set.matchAll(/(\\.|[^\\])(?:-(\\.|[^\\]))?/gsu)].map(([, from, to = from]) => [from!, to!].map(char => [...char].at(-1)!))
    .filter(([from, to]) => from!.codePointAt(0)! <= to!.codePointAt(0)!)
  if (ranges.length === 0) return isNegated ? '[^/]' : '(?!)'
  return `[${isNegated ? '^' : ''}${ranges.map(([from, to]) => `${literal(from!)}-${literal(to!)}`).join('')}]`
}

function literal (char: string): string {
  return `\\u{${char.codePointAt(0)!.toString(16)}}`
}
