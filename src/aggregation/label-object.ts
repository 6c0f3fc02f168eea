/** Label values in the order of their names, as an object. */
export function objectOf (names: readonly string[], values: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name, i) => [name, values[i]!]))
}
