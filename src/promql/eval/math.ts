/** The functions that make one number of another: exponentials, logarithms, roots, trigonometry, signs. */
export const mathFunctions: ReadonlyMap<string, (value: number) => number> = new Map(Object.entries({
  abs: Math.abs,
  ceil: Math.ceil,
  floor: Math.floor,
  exp: Math.exp,
  sqrt: Math.sqrt,
  ln: Math.log,
  log2,
  log10: (value: number) => log2(value) * LOG10_OF_2,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin,
  acos: (value: number) => Math.PI / 2 - asin(value),
  atan: Math.atan,
  sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  rad: (value: number) => value * Math.PI / 180,
  deg: (value: number) => value * 180 / Math.PI,
  sgn: (value: number) => value < 0 ? -1 : value > 0 ? 1 : value
}))

const LOG10_OF_2 = 0.3010299956639812

// Where Go's results are further from JavaScript's than the last place, which shows when they are rounded or cross the bound of a
// domain, they are reckoned as Go's math package does.

function log2 (value: number): number {
  if (!(value > 0 && value < Infinity)) return Math.log2(value)
  let exponent = Math.floor(Math.log2(value)) + 1
  let fraction = value / 2 ** (exponent - 1) / 2
  if (fraction < 0.5) {
    fraction *= 2
    exponent--
  } else if (fraction >= 1) {
    fraction /= 2
    exponent++
  }
  return fraction === 0.5 ? exponent - 1 : Math.log(fraction) * Math.LOG2E + exponent
}

function asin (value: number): number {
  const magnitude = Math.abs(value)
  if (value === 0 || !(magnitude <= 1)) return Math.asin(value)
  const other = Math.sqrt(1 - magnitude * magnitude)
  const angle = magnitude > 0.7 ? Math.PI / 2 - Math.atan(other / magnitude) : Math.atan(magnitude / other)
  return value < 0 ? -angle : angle
}

function sinh (value: number): number {
  const magnitude = Math.abs(value)
  if (!(magnitude > 0.5 && magnitude <= 21)) return Math.sinh(value)
  const e = Math.exp(magnitude)
  return Math.sign(value) * (e - 1 / e) * 0.5
}

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
