import type { RoutedAlert } from './routed-alert.js'

/** When an alert counts as flapping, and how long it then has to stay resolved before a receiver hears of it. */
export interface FlapDampingOptions {
  /** The receiver that is spared. */
  readonly receiver: string
  /** How often it has to have begun within the window: 3 or more are usual. */
  readonly starts: number
  readonly windowMs: number
  /** How long an alert that flaps has to stay resolved until that is told. */
  readonly holdMs: number
}

/** Holds back the resolved of alerts that flap, so that a receiver hears one firing and one resolved instead of many. */
export class FlapDamping {
  readonly #options: FlapDampingOptions
  /** When each alert began, by fingerprint: the last `starts` times. */
  readonly #starts = new Map<string, number[]>()

  constructor (options: FlapDampingOptions) {
    this.#options = options
  }

  /** Has to hear of every alert of the receiver's routes. */
  note ({ fingerprint, startsAtMs }: RoutedAlert): void {
    const starts = this.#starts.get(fingerprint)
    if (starts === undefined) this.#starts.set(fingerprint, [startsAtMs])
    else if (startsAtMs > starts.at(-1)!) {
      starts.push(startsAtMs)
      if (starts.length > this.#options.starts) starts.shift()
    }
  }

  /** Whether an alert that has ended is still told as firing. */
  holds ({ fingerprint, endsAtMs }: RoutedAlert, nowMs: number): boolean {
    const { starts: needed, windowMs, holdMs } = this.#options
    const starts = this.#starts.get(fingerprint)
    return starts !== undefined && starts.length >= needed && starts[0]! >= endsAtMs - windowMs && nowMs < endsAtMs + holdMs
  }

  collect (nowMs: number): void {
    const { windowMs, holdMs } = this.#options
    for (const [fingerprint, starts] of this.#starts) if (starts.at(-1)! < nowMs - windowMs - holdMs) this.#starts.delete(fingerprint)
  }
}
