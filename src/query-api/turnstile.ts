/**
 * Lets so many in at a time; the rest wait, first come, first served. Who waits may give up by its signal, which also
 * is what bounds the queue: every query has a deadline.
 */
export class Turnstile {
  readonly #size: number
  readonly #waiting = new Set<() => void>()
  #inside = 0

  constructor (size: number) {
    this.#size = size
  }

  /** Resolves once inside; call `leave` exactly once then. Rejects with the signal's reason when that comes first. */
  async enter (signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#inside < this.#size) {
      this.#inside++
      return
    }
    await new Promise<void>((resolve, reject) => {
      const admit = () => {
        signal.removeEventListener('abort', giveUp)
        resolve()
      }
      const giveUp = () => {
        this.#waiting.delete(admit)
        reject(signal.reason)
      }
      this.#waiting.add(admit)
      signal.addEventListener('abort', giveUp, { once: true })
    })
  }

  /** The place goes to who has waited longest. */
  leave (): void {
    const [next] = this.#waiting
    if (next === undefined) {
      this.#inside--
      return
    }
    this.#waiting.delete(next)
    next()
  }
}
