/**
 * The compact form of totals: a row a series, `id=value`, rows apart by `;`. An id is the distance to the id before
 * (the first to 0). A histogram's value is its sum, followed by the counts of those buckets that changed, by number from
 * 0: `7=12.5,0:3,4:1`. Numbers are written as JavaScript prints them: `NaN` and `Infinity` too.
 */
export class TotalsWriter {
  text = ''
  #lastId = 0

  row (id: number, value: number): void {
    this.text += `${this.text === '' ? '' : ';'}${id - this.#lastId}=${value}`
    this.#lastId = id
  }

  /** Adds a bucket's count to the row at hand. */
  bucket (bucket: number, count: number): void {
    this.text += `,${bucket}:${count}`
  }
}

const [COMMA, MINUS, ZERO, NINE, COLON, SEMICOLON, EQUALS] = [44, 45, 48, 57, 58, 59, 61]
/** Fewer digits than this are a whole number that a double holds. */
const EXACT_DIGITS = 15

/**
 * Reads totals row by row: `while (reader.next()) { use(reader.id, reader.value); while (reader.nextBucket()) … }`.
 * Throws a `SyntaxError` for what is not of that form; rows read until then are right.
 */
export class TotalsReader {
  /** The id of the row at hand. */
  id = 0
  /** A counter's total, a gauge's value, a histogram's sum. */
  value = 0
  /** The number of the bucket at hand, and its count. */
  bucket = 0
  count = 0
  readonly #text: string
  #at = 0

  constructor (text: string) {
    this.#text = text
  }

  next (): boolean {
    while (this.nextBucket()); // of a row whose buckets nobody wanted
    const text = this.#text
    if (this.#at >= text.length) return false
    if (this.#at > 0) this.#at++
    this.id += this.#integer(EQUALS)
    this.value = this.#number()
    return true
  }

  nextBucket (): boolean {
    if (this.#text.charCodeAt(this.#at) !== COMMA) return false
    this.#at++
    this.bucket = this.#integer(COLON)
    this.count = this.#number()
    return true
  }

  /** A whole number up to `end`, which is skipped. */
  #integer (end: number): number {
    const text = this.#text
    let at = this.#at
    const isNegative = text.charCodeAt(at) === MINUS
    if (isNegative) at++
    const first = at
    let value = 0
    let code = text.charCodeAt(at)
    while (code >= ZERO! && code <= NINE!) {
      value = value * 10 + code - ZERO!
      code = text.charCodeAt(++at)
    }
    if (code !== end || at === first || at - first > EXACT_DIGITS) this.#fail()
    this.#at = at + 1
    return isNegative ? -value : value
  }

  /** A number up to the next separator, which stays. */
  #number (): number {
    const text = this.#text
    const first = this.#at
    let at = first
    let value = 0
    let code = text.charCodeAt(at)
    while (code >= ZERO! && code <= NINE!) {
      value = value * 10 + code - ZERO!
      code = text.charCodeAt(++at)
    }
    const isEnd = at >= text.length || code === SEMICOLON || code === COMMA
    if (isEnd && at > first && at - first <= EXACT_DIGITS) {
      this.#at = at
      return value
    }
    while (at < text.length && (code = text.charCodeAt(at)) !== SEMICOLON && code !== COMMA) at++
    const token = text.slice(first, at)
    value = Number(token)
    if (token.trim() === '' || (Number.isNaN(value) && token !== 'NaN')) this.#fail()
    this.#at = at
    return value
  }

  #fail (): never {
    throw new SyntaxError(`totals: not a row of the form id=value at character ${this.#at}`)
  }
}
