import { UsageError } from './usage.js'

/** Labels of `--label NAME=VALUE`, or of another option. Throws `UsageError`. */
export function labelPairs (pairs: readonly string[], option = 'label'): Record<string, string> {
  return Object.fromEntries(pairs.map(pair => {
    const [, name, value] = /^([a-zA-Z_][a-zA-Z0-9_]*)=(.*)$/s.exec(pair) ?? []
    if (name === undefined) throw new UsageError(`--${option} ${pair}: expected NAME=VALUE, as in job=njord`)
    return [name, value!]
  }))
}
