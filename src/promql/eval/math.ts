/** The functions that make one number of another: exponentials, logarithms, roots, trigonometry, signs. */
export const mathFunctions: ReadonlyMap<string, (value: number) => number> = new Map(Object.entries({
  abs: Math.abs,
  ceil: Math.ceil,
  floor: Math.floor,
  exp: Math.exp,
  sqrt: Math.sqrt,
  ln: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  rad: (value: number) => value * Math.PI / 180,
  deg: (value: number) => value * 180 / Math.PI,
  sgn: (value: number) => value < 0 ? -1 : value > 0 ? 1 : value
}))

/** The greater of two, as Go's `math.Max` has it: +Inf wins even over NaN. */
function greater (a: number, b: number): number {
  return a === Infinity || b === Infinity ? Infinity : Math.max(a, b)
}

/** The lesser of two: -Inf wins even over NaN. */
function lesser (a: number, b: number): number {
  return a === -Infinity || b === -Infinity ? -Infinity : Math.min(a, b)
}

/** A value held between two bounds. */
export function clamp (value: number, minimum: number, maximum: number): number {
  return greater(minimum, lesser(maximum, value))
}

/** To the nearest multiple of `toNearest`, ties upwards. */
export function round (value: number, toNearest: number): number {
  // Multiplying with the inverse loses less than dividing.
  const inverse = 1 / toNearest
  return Math.floor(value * inverse + 0.5) / inverse
}

/** `base ^ exponent` as IEEE 754 and Go have it: 1 to any power, and -1 to an infinite one, is 1. */
export function power (base: number, exponent: number): number {
  if (base === 1 || (base === -1 && (exponent === Infinity || exponent === -Infinity))) return 1
  return base ** exponent
}
