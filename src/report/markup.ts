/** Text that is markup already; everything else is escaped where it is put in. */
export class Markup {
  readonly #text: string

  constructor (text: string) {
    this.#text = text
  }

  toString (): string {
    return this.#text
  }
}

export type MarkupValue = Markup | string | number | undefined | readonly MarkupValue[]

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' }

/** Text as it may stand between tags and within quotes. Control characters, which no document may have, become U+FFFD. */
export function escapeMarkup (text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\ufffd').replace(/[&<>"']/g, found => escapes[found]!)
}

/** A template of HTML or SVG: what is put in is escaped, lists are joined, `undefined` is nothing. */
export function markup (parts: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  return new Markup(parts.reduce((text, part, at) => text + textOf(values[at - 1]) + part))
}

function textOf (value: MarkupValue): string {
  if (value === undefined) return ''
  if (value instanceof Markup) return value.toString()
  if (typeof value === 'object') return value.map(textOf).join('')
  return escapeMarkup(String(value))
}
