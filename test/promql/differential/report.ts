import type { Outcome } from './compare.js'
import type { QueryCase } from './oracle.js'
import type { Difference } from './run.js'

/** A difference for people to read: the query, when, and what each side makes of it. */
export function describe ({ what, query, theirs, ours, original }: Difference): string {
  return [
    query.expr,
    `  ${when(query)}`,
    `  difference: ${what}`,
    `  theirs: ${brief(theirs)}`,
    `  ours:   ${brief(ours)}`,
    `  from:   ${original.expr} (${when(original)})`
  ].join('\n')
}

function when ({ startMs, endMs, stepMs }: QueryCase): string {
  return stepMs === undefined ? `at ${startMs / 1000}` : `from ${startMs / 1000} to ${endMs / 1000} step ${stepMs / 1000}`
}

function brief ({ data, error, warnings, infos }: Outcome): string {
  const text = error === undefined ? JSON.stringify(data!.result) : `error ${JSON.stringify(error)}`
  const notes = [...warnings, ...infos].map(note => JSON.stringify(note)).join(' ')
  return `${text.length > 700 ? `${text.slice(0, 700)}…` : text}${notes === '' ? '' : ` ${notes}`}`
}
