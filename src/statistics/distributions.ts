const sqrt2Pi = Math.sqrt(2 * Math.PI)

/** The normal distribution function (Marsaglia 2004): absolute error below 1e-15. */
export function normalCdf (x: number): number {
  if (x < -38) return 0
  if (x > 8.5) return 1
  if (x < -6) return normalTail(-x)
  let sum = x
  let term = x
  let previous = 0
  for (let i = 3; sum !== previous; i += 2) {
    previous = sum
    term *= x * x / i
    sum += term
  }
  return 0.5 + sum * Math.exp(-x * x / 2) / sqrt2Pi
}

/** 1 - normalCdf(x) for x above 6, by its continued fraction. */
function normalTail (x: number): number {
  let fraction = x
  for (let i = 40; i >= 1; i--) fraction = x + i / fraction
  return Math.exp(-x * x / 2) / sqrt2Pi / fraction
}

/** The x of which `normalCdf` is `share` (0..1): a rational start (Hastings 26.2.23) and Newton's steps. */
export function normalQuantile (share: number): number {
  if (!(share > 0 && share < 1)) return share === 0 ? -Infinity : share === 1 ? Infinity : NaN
  if (share > 0.5) return -normalQuantile(1 - share)
  const t = Math.sqrt(-2 * Math.log(share))
  let x = -(t - (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t ** 3))
  for (let i = 0; i < 4; i++) {
    const error = (normalCdf(x) - share) * sqrt2Pi * Math.exp(x * x / 2)
    x -= error / (1 + x * error / 2)
  }
  return x
}

/** P(|T| > |t|) of Student's t distribution. */
export function studentTwoSided (t: number, degrees: number): number {
  return betaShare(degrees / (degrees + t * t), degrees / 2, 0.5)
}

/** The t that |T| exceeds with probability 1 - `confidence`: 2.262 for 0.95 and 9 degrees of freedom. */
export function studentQuantile (confidence: number, degrees: number): number {
  let low = 0
  let high = 1
  while (studentTwoSided(high, degrees) > 1 - confidence && high < 1e300) high *= 2
  for (let i = 0; i < 200 && high - low > 1e-14 * high; i++) {
    const middle = (low + high) / 2
    if (studentTwoSided(middle, degrees) > 1 - confidence) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** The regularised incomplete beta function, by Lentz's continued fraction (Numerical Recipes 6.4). */
function betaShare (x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - betaShare(1 - x, b, a)
  let c = 1
  let d = 1 / nonZero(1 - (a + b) * x / (a + 1))
  let fraction = d
  for (let m = 1; m <= 500; m++) {
    const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / nonZero(1 + even * d)
    c = nonZero(1 + even / c)
    fraction *= d * c
    const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / nonZero(1 + odd * d)
    c = nonZero(1 + odd / c)
    fraction *= d * c
    if (Math.abs(d * c - 1) < 1e-16) break
  }
  return Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b)) / a * fraction
}

function nonZero (value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value
}

function logBeta (a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b)
}

/** Stirling's series, after the recurrence brought the argument above 12. */
function logGamma (x: number): number {
  let shift = 0
  for (; x < 12; x++) shift -= Math.log(x)
  const inverse = 1 / (x * x)
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188)))) / x
  return shift + (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series
}
