import { isIPv6 } from 'node:net'
import { goQuote, goQuoteRune } from '../../../promql/go-text.js'

/** A URL as Go's `net/url` reads it, as far as files are judged by it. */
export interface GoUrl {
  /** In lower case; `''` where there is none. */
  readonly scheme: string
  /** With the port; `''` where there is none. */
  readonly host: string
}

/** Go's `url.Parse`, which takes some hosts and ports that JavaScript does not; throws an `Error` in its words, without the text. */
export function parseGoUrl (text: string): GoUrl {
  const [before, fragment = ''] = split(text, '#')
  unescapable(fragment)
  return parse(before, false)
}

/** What is wrong with a text as Go's `url.ParseRequestURI` sees it; `undefined` for nothing. */
export function goRequestUrlProblem (text: string): string | undefined {
  try {
    parse(text, true)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

function parse (text: string, isRequest: boolean): GoUrl {
  // eslint-disable-next-line no-control-regex -- what Go refuses
  if (/[\u0000-\u001f\u007f]/.test(text)) throw new Error('net/url: invalid control character in URL')
  if (text === '' && isRequest) throw new Error('empty url')
  if (text === '*') return { scheme: '', host: '' }
  if (text.startsWith(':')) throw new Error('missing protocol scheme')
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(text)?.[1]
  const [rest] = split(scheme === undefined ? text : text.slice(scheme.length + 1), '?')
  if (!rest.startsWith('/')) {
    if (scheme !== undefined) return { scheme: scheme.toLowerCase(), host: '' }
    if (isRequest) throw new Error('invalid URI for request')
    if (split(rest, '/')[0].includes(':')) throw new Error('first path segment in URL cannot contain colon')
  }
  const hasAuthority = rest.startsWith('//') && (scheme !== undefined || (!isRequest && !rest.startsWith('///')))
  const [authority, path] = hasAuthority ? split(rest.slice(2), '/') : ['', rest]
  unescapable(path ?? '')
  return { scheme: scheme?.toLowerCase() ?? '', host: hasAuthority ? parseAuthority(authority) : '' }
}

/** Before the first of them, and after it. */
function split (text: string, at: string): [string, string | undefined] {
  const index = text.indexOf(at)
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)]
}

function unescapable (text: string): void {
  const found = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(text)
  if (found !== null) throw new Error(`invalid URL escape ${goQuote(found[0])}`)
}

function parseAuthority (authority: string): string {
  const at = authority.lastIndexOf('@')
  if (at >= 0) {
    const user = authority.slice(0, at)
    if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user)) throw new Error('net/url: invalid userinfo')
    unescapable(user)
  }
  const host = authority.slice(at + 1)
  const isBracketed = host.startsWith('[')
  if (isBracketed && !host.includes(']')) throw new Error("missing ']' in host")
  if (isBracketed && !isIPv6(host.slice(1, host.lastIndexOf(']')).replace('%25', '%'))) throw new Error('invalid host: unable to parse IP')
  const colon = isBracketed ? host.lastIndexOf(']') + 1 : host.lastIndexOf(':')
  const port = colon < 0 ? '' : host.slice(colon)
  if (!/^(?::\d*)?$/.test(port)) throw new Error(`invalid port ${goQuote(port)} after host`)
  const odd = /%(?!25|[89a-fA-F][0-9a-fA-F]).{0,2}/s.exec(host)
  if (odd !== null) throw new Error(`invalid URL escape ${goQuote(odd[0])}`)
  const wrong = /[\u0020\\^{|}`]/.exec(host)
  if (wrong !== null) throw new Error(`invalid character ${goQuoteRune(wrong[0])} in host name`)
  return host
}
