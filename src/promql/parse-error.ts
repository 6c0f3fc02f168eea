import { NJORD_ERR_PROMQL_PARSE } from '../errors.js'

/** One fault of a query: what Prometheus says of it, and where in the text it stands, in UTF-16 units. */
export interface ParseIssue {
  /** As Prometheus words it, without the position: `unexpected end of input in aggregation`. */
  readonly message: string
  readonly start: number
}

/**
 * A query that is no PromQL. `message` is Prometheus's own (`1:5: parse error: unexpected identifier "b"`; the column counts bytes
 * of UTF-8) for the first fault; `issues` has every fault that was found, in the order of finding.
 */
export class ParseError extends NJORD_ERR_PROMQL_PARSE {
  readonly issues: readonly ParseIssue[]

  /** With one issue or more. */
  constructor (query: string, issues: readonly ParseIssue[]) {
    const { message, start } = issues[0]!
    super(`${position(query, start)}: parse error: ${message}`)
    this.issues = issues
  }
}

/** `line:column` as Prometheus counts them: both from 1, columns in bytes. */
function position (query: string, start: number): string {
  if (query === '') return 'unknown position'
  const before = query.slice(0, start)
  const lineStart = before.lastIndexOf('\n') + 1
  let line = 1
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) line++
  return `${line}:${Buffer.byteLength(before.slice(lineStart)) + 1}`
}
