import type { DropReason } from './dashboard-metrics.js'
import type { Transport } from './frame.js'

/** A connection to one page, whatever carries it. Neither method throws. */
export interface Outlet {
  readonly transport: Transport
  /** What has been written and not left yet. */
  readonly bufferedBytes: number
  send (frame: Buffer): void
  close (reason: DropReason | 'over'): void
}

/** Past this a client is dropped at once: it does not read. A snapshot of a busy system is well below. */
export const mostBufferedBytes = 4 * 2 ** 20
/** So many updates in a row a slow client may miss. */
export const mostSkipped = 15

/** One page that is kept up to date. */
export class Client {
  readonly outlet: Outlet
  readonly #isOver: () => boolean
  #skippedInARow = 0

  /** @param isOver whether the session that it was opened with has ended: by time, or by log-out */
  constructor (outlet: Outlet, isOver: () => boolean) {
    this.outlet = outlet
    this.#isOver = isOver
  }

  /** Whether it missed the last update, and what follows from that one makes no sense to it. */
  get isBehind (): boolean {
    return this.#skippedInARow > 0
  }

  /** What the next update does to it: written, left out, or the end of it. */
  next (): 'send' | 'skip' | 'slow' | 'expired' {
    if (this.#isOver()) return 'expired'
    const { bufferedBytes } = this.outlet
    if (bufferedBytes === 0) return 'send'
    this.#skippedInARow++
    return bufferedBytes > mostBufferedBytes || this.#skippedInARow > mostSkipped ? 'slow' : 'skip'
  }

  /** It has been brought up to date. */
  caughtUp (): void {
    this.#skippedInARow = 0
  }
}
