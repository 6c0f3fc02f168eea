import type { WindowRecord } from '../contracts/window.js'

/** Label values in the order of their names, as an object. */
export function objectOf (names: readonly string[], values: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name, i) => [name, values[i]!]))
}

/** A label of a window's series, `''` where it has none; `__name__` is the metric's name. */
export function labelOf ({ name, labels }: Pick<WindowRecord, 'name' | 'labels'>, label: string): string {
  if (label === '__name__') return name
  return Object.hasOwn(labels, label) ? labels[label]! : ''
}
