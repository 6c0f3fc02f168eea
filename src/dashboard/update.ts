import { livePoints } from './charts.js'
import { frame, type Transport } from './frame.js'
import type { History, Range } from './history.js'
import { mergePatch, type JsonObject } from './merge-patch.js'

/**
 * What goes out at one instant, serialised and framed at most once, whoever it goes to: the update for those who had the
 * one before, the whole state for those who did not, and the state with a past for those who come.
 *
 * On the wire: `{atMs, patch, points}`, `{atMs, state, points}` and `{atMs, state, points, range, history}`. `points` are the newest
 * values of the charts' lines; `patch` is a JSON merge patch (RFC 7386).
 */
export class Update {
  readonly state: JsonObject
  readonly #before: JsonObject | undefined
  readonly #points: Record<string, number | null>
  readonly #frames = new Map<string, Buffer>()
  readonly #deltas: { [transport in Transport]?: Buffer } = {}

  /** @param computed values of lines that are computed over a window, where there are new ones */
  constructor (state: JsonObject, before: JsonObject | undefined, computed: Readonly<Record<string, number | null>>) {
    this.state = state
    this.#before = before
    this.#points = { ...livePoints(state), ...computed }
  }

  /** For those who had the update before this one. */
  delta (transport: Transport): Buffer {
    // Asked for by every page: no key is built for it.
    const known = this.#deltas[transport]
    if (known !== undefined) return known
    return (this.#deltas[transport] = this.#frame(transport, 'delta', () => {
      const { atMs } = this.state
      return { atMs, patch: mergePatch(this.#before ?? {}, this.state) ?? {}, points: this.#points }
    }))
  }

  /** For those who did not. */
  whole (transport: Transport): Buffer {
    return this.#frame(transport, 'whole', () => ({ atMs: this.state.atMs, state: this.state, points: this.#points }))
  }

  /** For those who come. */
  snapshot (transport: Transport, range: Range, history: History | undefined): Buffer {
    return this.#frame(transport, range, () => ({ atMs: this.state.atMs, state: this.state, points: this.#points, range, history }))
  }

  #frame (transport: Transport, kind: string, message: () => object): Buffer {
    const key = `${transport} ${kind}`
    let framed = this.#frames.get(key)
    if (framed === undefined) this.#frames.set(key, framed = frame(transport, JSON.stringify(message())))
    return framed
  }
}
