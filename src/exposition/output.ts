/** One growing run of bytes: a scrape is put together in it, block by block, and leaves as it is. */
export class Output {
  #bytes: Buffer
  #length = 0

  /** @param expected bytes that will probably be needed */
  constructor (expected: number) {
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(1024, expected))
  }

  get length (): number {
    return this.#length
  }

  append (source: Uint8Array, length: number): void {
    this.#reserve(length)
    this.#bytes.set(length === source.length ? source : source.subarray(0, length), this.#length)
    this.#length += length
  }

  appendText (text: string): void {
    const length = Buffer.byteLength(text)
    this.#reserve(length)
    this.#bytes.write(text, this.#length)
    this.#length += length
  }

  /** What was put together; nothing may be appended after it. */
  finish (): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  #reserve (length: number): void {
    if (this.#length + length <= this.#bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#length + length, 2 * this.#bytes.length))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
  }
}
