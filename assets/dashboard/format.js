/** Numbers in the reader's language, times in their zone. What is not known is a dash. */
const unknown = '–'
const formats = new Map()

function number (value, options) {
  const key = JSON.stringify(options)
  let format = formats.get(key)
  if (format === undefined) formats.set(key, format = new Intl.NumberFormat(undefined, options))
  return format.format(value)
}

const known = write => value => value === undefined || value === null || Number.isNaN(value) ? unknown : write(value)
const two = { minimumFractionDigits: 2, maximumFractionDigits: 2 }

/** Nobody reads fourteen digits, and no tile has room for them. */
const roomy = (value, options) => number(value, Math.abs(value) < 1e8 ? options : { ...options, ...short })
const short = { notation: 'compact', minimumFractionDigits: 0, maximumFractionDigits: 2 }

export const money = known(value => roomy(value, two))
export const signedMoney = known(value => roomy(value, { ...two, signDisplay: 'exceptZero' }))
export const wholeMoney = known(value => roomy(value, { maximumFractionDigits: 0 }))
export const whole = known(value => number(value, { maximumFractionDigits: 0 }))
export const compact = known(value => Math.abs(value) < 10_000 ? whole(value) : number(value, { notation: 'compact', maximumFractionDigits: 1 }))
export const percent = known(ratio => Math.abs(ratio) < 1e3
  ? number(ratio, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: Math.abs(ratio) < 0.01 ? 2 : 1 })
  : number(ratio, { style: 'percent', ...short }))
export const signedPercent = known(ratio => number(ratio, { style: 'percent', ...two, signDisplay: 'exceptZero' }))
export const ratio = known(value => number(value, Math.abs(value) < 1e5 ? two : short))
export const price = known(value => number(value, { maximumSignificantDigits: 7 }))
export const quantity = known(value => number(value, { maximumSignificantDigits: 6 }))
export const bps = known(value => `${number(value, two)} bps`)
export const perMinute = known(value => `${number(value, { maximumFractionDigits: value < 10 ? 1 : 0 })}/min`)

export const seconds = known(value => {
  const [scale, unit] = value >= 1 || value === 0 ? [1, 's'] : value >= 1e-3 ? [1e3, 'ms'] : [1e6, 'µs']
  return `${number(value * scale, { maximumSignificantDigits: 3 })} ${unit}`
})

export const bytes = known(value => {
  const [scale, unit] = value >= 2 ** 30 ? [2 ** 30, 'GiB'] : value >= 2 ** 20 ? [2 ** 20, 'MiB'] : value >= 1024 ? [1024, 'KiB'] : [1, 'B']
  return `${number(value / scale, { maximumSignificantDigits: value / scale >= 1000 ? 4 : 3 })} ${unit}`
})

export const bytesPerSecond = known(value => `${bytes(value)}/s`)

const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const minute = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

export const clockTime = known(atMs => time.format(atMs))
export const clockMinute = known(atMs => minute.format(atMs))
export const dateTime = known(atMs => full.format(atMs))

/** How long ago, in its largest unit: `42 s`, `5 min`, `3 h`, `2 d`. */
export const duration = known(ms => {
  const s = Math.max(0, Math.round(ms / 1000))
  return s < 90 ? `${whole(s)} s` : s < 5400 ? `${whole(s / 60)} min` : s < 129_600 ? `${whole(s / 3600)} h` : `${whole(s / 86_400)} d`
})

/** The sign of an amount for its colour, as far as two digits show it: never the only way to tell. */
export const signOf = value => value >= 0.005 ? 'up' : value <= -0.005 ? 'down' : undefined
