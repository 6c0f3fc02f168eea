/** What the page holds: JSON without `null`, for what is not known is left out. Keys are ours, never names from outside. */
export type Json = string | number | boolean | readonly Json[] | JsonObject
export interface JsonObject { readonly [key: string]: Json | undefined }

/** A JSON merge patch (RFC 7386): what changed, with `null` for what is gone. */
export interface Patch { [key: string]: Json | Patch | null }

/** The patch that makes `after` of `before`; `undefined` when they are equal. Arrays are replaced as a whole. */
export function mergePatch (before: JsonObject, after: JsonObject): Patch | undefined {
  let patch: Patch | undefined
  for (const key in after) {
    const now = after[key]
    if (now === undefined) continue
    const was = before[key]
    if (was === now) continue
    if (isObject(was) && isObject(now)) {
      const inner = mergePatch(was, now)
      if (inner !== undefined) (patch ??= {})[key] = inner
    } else if (!(Array.isArray(was) && Array.isArray(now) && JSON.stringify(was) === JSON.stringify(now))) (patch ??= {})[key] = now
  }
  for (const key in before) if (before[key] !== undefined && after[key] === undefined) (patch ??= {})[key] = null
  return patch
}

function isObject (value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && !Array.isArray(value)
}

/** A number for the wire: ten significant digits, which a double's rounding cannot be seen in; nothing for what is not finite. */
export function figure (value: number | null | undefined): number | undefined {
  if (value === null || value === undefined || !Number.isFinite(value)) return undefined
  return Number.isInteger(value) ? value : Number(value.toPrecision(10))
}
