import type { Clock, Timer } from '../../src/contracts/clock.js'
import type { PaperTrader } from './host.js'
import { money, whole } from './summary.js'

/** The session at this moment, in one line; what matters least comes last, where a narrow terminal cuts it off. */
export function statusOf ({ replay, ledger, tally }: Pick<PaperTrader, 'replay' | 'ledger' | 'tally'>): string {
  const { equity, startingCash } = ledger.portfolio()
  return [
    new Date(replay.atMs).toISOString().slice(0, 19).replace('T', ' '),
    `PnL ${money(equity - startingCash)}`,
    `orders ${whole(tally.total('placed'))} (${whole(tally.open)} open)`,
    `fills ${whole(tally.total('fills'))}`,
    `denied ${whole(tally.denied)}`,
    `rejected ${whole(tally.total('rejected'))}`,
    `ticks ${whole(replay.ticks)}`
  ].join('  ')
}

export interface StatusLineOptions {
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean, readonly columns?: number }
  readonly clock: Clock
  readonly text: () => string
}

/** Shows a line that renews itself on a terminal; elsewhere a new line now and then. */
export class StatusLine {
  readonly #options: StatusLineOptions
  readonly #timer: Timer

  constructor (options: StatusLineOptions) {
    this.#options = options
    this.#timer = options.clock.every(options.output.isTTY === true ? 250 : 5000, () => { this.#show() })
  }

  /** Leaves the last state standing on a line of its own. */
  close (): void {
    this.#timer.cancel()
    this.#show()
    if (this.#options.output.isTTY === true) this.#options.output.write('\n')
  }

  #show (): void {
    const { output, text } = this.#options
    if (output.isTTY !== true) output.write(`${text()}\n`)
    // Back to the start of the line and clear it; a line that wraps could not be renewed.
    else output.write(`\r\x1b[2K${text().slice(0, (output.columns ?? 80) - 1)}`)
  }
}
