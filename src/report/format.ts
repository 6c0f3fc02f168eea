/** How a number is written. */
export type NumberKind = 'money' | 'change' | 'percent' | 'percentChange' | 'ratio' | 'count' | 'probability' | 'small' | 'quantity' | 'days' | 'minutes'

const decimals = (fewest: number, most: number) => new Intl.NumberFormat('en-US', { minimumFractionDigits: fewest, maximumFractionDigits: most })
const [whole, two, four, upTo6] = [decimals(0, 0), decimals(2, 2), decimals(4, 4), decimals(0, 6)]

/** A figure that is undefined. */
export const dash = '–'

/** Writes a number for people, with a true minus sign. What rounds to 0 has no sign. */
export function formatNumber (value: number, kind: NumberKind): string {
  switch (kind) {
    case 'money': return signed(two, value, false)
    case 'change': return signed(two, value, true)
    case 'percent': return `${share(value * 100, false)} %`
    case 'percentChange': return `${share(value * 100, true)} %`
    case 'ratio': return share(value, false)
    case 'count': return signed(whole, value, false)
    case 'probability': return value < 0.0001 ? '< 0.0001' : four.format(value)
    case 'small': return signed(four, value, false)
    case 'quantity': return signed(upTo6, value, false)
    case 'days': return value >= 2 ? `${two.format(value)} d` : value * 24 >= 2 ? `${two.format(value * 24)} h` : `${two.format(value * 1440)} min`
    case 'minutes': return formatNumber(value / 1440, 'days')
  }
}

/** Beyond it, ratios and per cents of a few minutes taken for a year say nothing: they are not written out. */
const mostTold = 1e6

function share (value: number, isPlusShown: boolean): string {
  return Math.abs(value) > mostTold ? `${value < 0 ? '< −' : '> '}${whole.format(mostTold)}` : signed(two, value, isPlusShown)
}

function signed (format: Intl.NumberFormat, value: number, isPlusShown: boolean): string {
  const text = format.format(Math.abs(value))
  if (!/[1-9]/.test(text)) return text
  return `${value < 0 ? '−' : isPlusShown ? '+' : ''}${text}`
}

/** An ISO time as `2022-01-31 05:30`, or its day alone where it is midnight. */
export function formatTime (iso: string): string {
  const text = iso.slice(0, 16).replace('T', ' ')
  return text.endsWith(' 00:00') ? text.slice(0, 10) : text
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** An ISO date as `3 Jan`. */
export function formatDay (iso: string): string {
  return `${Number(iso.slice(8, 10))} ${months[Number(iso.slice(5, 7)) - 1]}`
}
