/** The longest label value kept, in UTF-16 units; what is longer is cut and ends in `…`. */
export const MAX_LABEL_VALUE_LENGTH = 1024

/**
 * A label value as it can stand in an exposition: a well-formed string of bounded length. `undefined` is empty. Throws
 * what the `toString` of a caller's object throws.
 */
export function cleanLabelValue (raw: unknown): string {
  const text = raw === undefined || raw === null ? '' : String(raw)
  if (text.length <= MAX_LABEL_VALUE_LENGTH) return text.isWellFormed() ? text : text.toWellFormed()
  return text.slice(0, MAX_LABEL_VALUE_LENGTH - 1).toWellFormed() + '…'
}

/**
 * The same text in memory of its own. A part of a string (of `slice`, `split`, a match) keeps the whole of it alive: a
 * symbol cut out of a feed's file would hold the file for as long as its series is there.
 */
export function ownCopy (text: string): string {
  return Buffer.from(text).toString()
}
