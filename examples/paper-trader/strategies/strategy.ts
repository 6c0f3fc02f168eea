import type { Tick } from '../messages.js'

/** What a strategy wants: a position, as a share of what it may hold in the symbol, from −1 (short) to 1 (long). */
export interface Signal {
  readonly target: number
  /** The worst price it accepts; without one it pays what the market asks. */
  readonly limitPrice?: number
}

/** Watches one symbol. It knows neither money nor orders: the runner turns what it wants into intents. */
export interface Strategy {
  /**
   * Called with every tick. Returns what it wants now, or `undefined` when it has nothing to say.
   * @param position what it holds, on the scale of {@link Signal.target}
   */
  onTick (tick: Tick, position: number): Signal | undefined
}

/** Makes a strategy for one symbol. */
export type MakeStrategy = () => Strategy
