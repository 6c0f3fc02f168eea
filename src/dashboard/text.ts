/** Names longer than this are cut for the page; what they name is told apart by its row, not by its name. */
const maxLength = 120

/** A name from outside as the page shows it: at most 120 UTF-16 units, never half of a surrogate pair. */
export function shown (text: string): string {
  if (text.length <= maxLength) return text.isWellFormed() ? text : text.toWellFormed()
  return `${text.slice(0, maxLength - 1).toWellFormed().replace(/\ufffd$/, '')}…`
}
