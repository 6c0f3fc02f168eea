import { parse } from 'yaml'
import type { Turns } from '../../../clock/turns.js'

/**
 * A value of a routing file with its templates filled in, at any depth. A text that then reads as YAML of another kind (a number, a list, a
 * map, nothing) becomes that, and is filled in once more: Alertmanager's DeepCopyWithTemplate. Done in turns with the rest of the process.
 */
export async function fillIn (value: unknown, expand: (text: string) => Promise<string>, turns: Turns, depth = 0): Promise<unknown> {
  if (depth > 20) return value
  if (turns.isDue) await turns.pause()
  if (typeof value === 'string') {
    const text = await expand(value)
    const inner = inline(text)
    return inner === undefined ? text : await fillIn(inner.value, expand, turns, depth + 1)
  }
  if (Array.isArray(value)) {
    const items: unknown[] = []
    for (const item of value) items.push(await fillIn(item, expand, turns, depth + 1))
    return items
  }
  if (typeof value !== 'object' || value === null) return value
  const filled: Record<string, unknown> = {}
  for (const key of Object.keys(value).sort()) filled[await expand(key)] = await fillIn((value as Record<string, unknown>)[key], expand, turns, depth + 1)
  return filled
}

/** Words, times and addresses: texts in YAML too, and most of what there is. */
const plain = /^(?:[A-Za-z][\w ./-]*|\d{4}-\d\d-\d\dT[\d:.]+Z|https?:\/\/\S*[^\s:])$/
const keyword = /^(?:y|n|yes|no|on|off|true|false|null)\s*$/i

/** What a text means as YAML, when that is not a text itself. */
function inline (text: string): { readonly value: unknown } | undefined {
  // Reading a text that cannot be anything else as YAML would cost time, and a storm has long ones.
  if (text.length > 256 * 1024 || (plain.test(text) && !keyword.test(text))) return undefined
  if (text === '') return { value: null }
  try {
    const value = (/^\s*[[{]/.test(text) ? JSON.parse(text) : parse(text, { version: '1.1' })) as unknown
    return typeof value === 'string' || value instanceof Date ? undefined : { value }
  } catch {
    return undefined
  }
}
