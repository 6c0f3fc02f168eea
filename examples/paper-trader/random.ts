/** A seeded source of random numbers: the same seed gives the same numbers on every machine. Not for secrets. */
export interface Random {
  /** Evenly spread over 0 (included) to 1 (excluded). */
  next (): number
  /** Evenly spread over `low` to `high`. */
  between (low: number, high: number): number
  /** True with the given probability, 0..1. */
  chance (probability: number): boolean
  /** Normally distributed: mean 0, standard deviation 1. */
  normal (): number
}

/** Makes the source of one seed (mulberry32, Tommy Ettinger 2017); parts with a `salt` of their own draw independently. */
export function seededRandom (seed: number, salt = ''): Random {
  let state = seed >>> 0
  for (const letter of salt) state = Math.imul(state ^ letter.codePointAt(0)!, 0x9e3779b1) >>> 0

  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    chance: probability => next() < probability,
    // Box and Muller 1958; 1 − u keeps the logarithm away from 0.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  }
}
