/** Round numbers from `low` to `high`, about `count` of them; `isBinary` makes them round in powers of 1024. */
export function niceScale (low, high, count, isBinary = false) {
  if (low === high) {
    const pad = low === 0 ? 1 : Math.abs(low) * 0.001
    if (low !== 0) low -= pad
    high += pad
  }
  const rough = (high - low) / count
  const unit = isBinary && rough > 1 ? 1024 ** Math.floor(Math.log2(rough) / 10) : 1
  const step = niceStep(rough / unit) * unit
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  const ticks = []
  for (let i = first; i <= last; i++) ticks.push(i * step + 0) // never -0
  return { low, high, step, ticks }
}

function niceStep (rough) {
  const power = 10 ** Math.floor(Math.log10(rough))
  const lead = rough / power
  return (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 2.5 ? 2.5 : lead <= 5 ? 5 : 10) * power
}

const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400].map(s => s * 1000)

/** Whole times of the reader's clock, at most `count` of them. */
export function timeTicks (fromMs, toMs, count) {
  const step = timeSteps.find(step => (toMs - fromMs) / step <= count) ?? timeSteps.at(-1)
  const offset = new Date(toMs).getTimezoneOffset() * 60_000
  const ticks = []
  for (let at = Math.ceil((fromMs - offset) / step) * step + offset; at <= toMs; at += step) ticks.push(at)
  return { step, ticks }
}
