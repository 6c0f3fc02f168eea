/**
 * The label that a path names. UTF-8 names come escaped with `U__`, as `U__http_2e_status` for `http.status`
 * (prometheus/common model.UnescapeName, ValueEncodingEscaping); what is not well escaped is the name itself.
 */
export function unescapeLabelName (escaped: string): string {
  if (!escaped.startsWith('U__')) return escaped
  let isWell = true
  const name = escaped.slice(3).replace(/__|_([0-9a-f]{1,5})_|_/gi, (found, code?: string) => {
    if (found === '__') return '_'
    const point = code === undefined ? NaN : Number.parseInt(code, 16)
    if (point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff)) return String.fromCodePoint(point)
    isWell = false
    return ''
  })
  return isWell ? name : escaped
}
