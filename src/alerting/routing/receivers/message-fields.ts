/** Without what is empty, as Go leaves it out. */
export function given (fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
}

/** At most `longest` characters, the last one an ellipsis where something is left out. */
export function truncate (text: string, longest: number): string {
  const chars = text.length > longest ? [...text] : []
  return chars.length > longest ? `${chars.slice(0, longest - 1).join('')}…` : text
}
