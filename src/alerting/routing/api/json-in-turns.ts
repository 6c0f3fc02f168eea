import { gatherInTurns, type Turns } from '../../../clock/turns.js'
import { goQuoteRune } from '../../../promql/go-text.js'

/** How many characters are looked through in one go: some microseconds' worth. */
const LOOK = 4096
/** How large an element may be that is parsed in one go, in characters. */
const LONGEST_ELEMENT = 1024 * 1024
/** About how many characters are written in one go. */
const PIECE = 16 * 1024

const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_MAP, CLOSE_MAP] = [...'"\\,[]{}'].map(char => char.charCodeAt(0))
const isSpace = (char: string): boolean => char === ' ' || char === '\t' || char === '\n' || char === '\r'

/**
 * Parses the elements of a JSON array one by one, in turns with the rest of the process. As Go's decoder, it looks at nothing that comes
 * after the array. Rejects with a `SyntaxError` for what is no JSON, in Go's words where it finds that out itself, and with a `RangeError`
 * for an element of more than a million characters.
 * @param text begins with `[`, after spaces
 */
export async function readJsonArray (text: string, turns: Turns, take: (element: unknown) => void): Promise<void> {
  const begin = text.indexOf('[') + 1
  let at = skipSpace(text, begin)
  if (text[at] === ']') return
  for (;;) {
    const end = await endOfElement(text, at, turns)
    if (end - at > LONGEST_ELEMENT) throw new RangeError(`an element of more than ${LONGEST_ELEMENT} characters`)
    const element = text.slice(at, end).trim()
    if (element === '') throw new SyntaxError(`invalid character ${goQuoteRune(text[end]!)} looking for beginning of value`)
    take(JSON.parse(element))
    if (text[end] !== ',') return
    at = skipSpace(text, end + 1)
    if (turns.isDue) await turns.pause()
  }
}

function skipSpace (text: string, from: number): number {
  let at = from
  while (at < text.length && isSpace(text[at]!)) at++
  return at
}

/** Where the comma or the bracket is that ends the element. */
async function endOfElement (text: string, from: number, turns: Turns): Promise<number> {
  let depth = 0
  let isInString = false
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (isInString) {
      if (code === BACKSLASH) at++
      else if (code === QUOTE) isInString = false
    } else if (code === QUOTE) isInString = true
    else if (code === OPEN_LIST || code === OPEN_MAP) depth++
    else if (depth === 0 && (code === COMMA || code === CLOSE_LIST)) return at
    else if (code === CLOSE_LIST || code === CLOSE_MAP) depth--
    if (at % LOOK === 0 && turns.isDue) await turns.pause()
  }
  throw new SyntaxError('unexpected EOF')
}

/** A JSON array in pieces of some kilobytes, made in turns with the rest of the process; `write` gives the parts of an element. */
export function writeJsonArray<T> (turns: Turns, items: Iterable<T>, write: (item: T) => Iterable<string>): AsyncGenerator<string> {
  return gatherInTurns(turns, arrayParts(items, write), PIECE)
}

function * arrayParts<T> (items: Iterable<T>, write: (item: T) => Iterable<string>): Generator<string> {
  let before = '['
  for (const item of items) {
    yield before
    yield * write(item)
    before = ','
  }
  yield before === '[' ? '[]\n' : ']\n'
}
