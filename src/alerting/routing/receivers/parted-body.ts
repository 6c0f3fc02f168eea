import { ReadableStream } from 'node:stream/web'
import { Turns } from '../../../clock/turns.js'

/**
 * A long body of a request, whose parts go out in turns with the rest of the process. `fetch` knows its length beforehand, as of any blob, and
 * so does the receiver; the parts are not copied.
 */
export class PartedBody extends Blob {
  readonly #parts: readonly Buffer[]

  constructor (parts: readonly Buffer[]) {
    super([])
    this.#parts = parts
    Object.defineProperty(this, 'size', { value: parts.reduce((bytes, part) => bytes + part.length, 0) })
  }

  override stream (): ReturnType<Blob['stream']> {
    return ReadableStream.from(this.#inTurns()) as ReturnType<Blob['stream']>
  }

  async * #inTurns (): AsyncGenerator<Uint8Array> {
    const turns = new Turns()
    for (const part of this.#parts) {
      if (turns.isDue) await turns.pause()
      yield part
    }
  }
}
