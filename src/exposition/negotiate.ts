import type { Format } from './lines.js'

interface Offer {
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
  /** 0..1; 0 is "not acceptable". */
  readonly quality: number
}

/** What we can send, best first: of two that are asked for alike, the first is sent. */
const candidates: ReadonlyArray<{ format: Format, types: readonly [string, string], versions: readonly string[] }> = [
  { format: 'openmetrics', types: ['application', 'openmetrics-text'], versions: ['1.0.0', '0.0.1'] },
  { format: 'text', types: ['text', 'plain'], versions: ['0.0.4', '1.0.0'] }
]

/**
 * Chooses the format by the `Accept` header (RFC 9110, 12.5.1): the most specific range that covers a format gives it
 * its quality, the highest quality wins. OpenMetrics is sent only to whom names it: a range with a wildcard covers
 * text alone, as a browser's would. Where nothing fits, text is sent rather than refused.
 */
export function negotiateFormat (accept: string | undefined): Format {
  if (accept === undefined) return 'text'
  const offers = parse(accept)
  let best: Format = 'text'
  let bestQuality = 0
  for (const { format, types: [major, minor], versions } of candidates) {
    let quality = 0
    let specificity = -1
    for (const offer of offers) {
      const own = specificityOf(offer, major, minor, versions, format === 'text')
      if (own > specificity || (own === specificity && own !== -1 && offer.quality > quality)) {
        specificity = own
        quality = offer.quality
      }
    }
    if (quality > bestQuality) {
      bestQuality = quality
      best = format
    }
  }
  return best
}

/** How closely a range names a media type: -1 not at all, 0 by any type, 1 by its first half, 2 by both, 3 with a version. */
function specificityOf (offer: Offer, major: string, minor: string, versions: readonly string[], wildcards: boolean): number {
  if (offer.type === '*/*') return wildcards ? 0 : -1
  if (offer.type === `${major}/*`) return wildcards ? 1 : -1
  if (offer.type !== `${major}/${minor}`) return -1
  const version = offer.parameters.get('version')
  if (version === undefined) return 2
  return versions.includes(version) ? 3 : -1
}

/** Chooses gzip or nothing by the `Accept-Encoding` header (RFC 9110, 12.5.3). */
export function negotiateEncoding (acceptEncoding: string | undefined): 'gzip' | undefined {
  if (acceptEncoding === undefined) return undefined
  const offers = parse(acceptEncoding)
  const qualityOf = (names: readonly string[]): number | undefined => offers.find(offer => names.includes(offer.type))?.quality
  const any = qualityOf(['*'])
  const gzip = qualityOf(['gzip', 'x-gzip']) ?? any ?? 0
  // Left out, no coding at all is acceptable, but less wanted than what is named.
  const identity = qualityOf(['identity']) ?? 0
  return gzip > 0 && gzip >= identity ? 'gzip' : undefined
}

/** The ranges of an `Accept`-like header. What cannot be read as a quality is 0: asked for in no way that is known. */
function parse (header: string): Offer[] {
  return splitOutsideQuotes(header, ',').flatMap(item => {
    const [type = '', ...rest] = splitOutsideQuotes(item, ';').map(part => part.trim())
    if (type === '') return []
    const parameters = new Map(rest.map(part => {
      const [name = '', value = ''] = part.split('=', 2).map(text => text.trim())
      return [name.toLowerCase(), value.replace(/^"(.*)"$/, '$1')]
    }))
    const q = parameters.get('q')
    const quality = q === undefined ? 1 : /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(q) ? Number(q) : 0
    return [{ type: type.toLowerCase(), parameters, quality }]
  })
}

function splitOutsideQuotes (text: string, separator: ',' | ';'): string[] {
  if (!text.includes('"')) return text.split(separator)
  const parts: string[] = []
  let part = ''
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!
    if (quoted && char === '\\') {
      part += char + (text[++i] ?? '')
    } else if (char === separator && !quoted) {
      parts.push(part)
      part = ''
    } else {
      if (char === '"') quoted = !quoted
      part += char
    }
  }
  return [...parts, part]
}
