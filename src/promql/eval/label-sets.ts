import type { Labels } from '../../contracts/labels.js'
import { goQuote } from '../go-text.js'

const NAME = '__name__'

/** The metric's name, `''` where there is none. */
export function metricName (labels: Labels): string {
  for (let i = 0; i < labels.length; i += 2) {
    const name = labels[i]!
    if (name === NAME) return labels[i + 1]!
    if (name > NAME) return ''
  }
  return ''
}

/** The labels without the metric's name. */
export function withoutName (labels: Labels): Labels {
  for (let i = 0; i < labels.length; i += 2) {
    if (labels[i] === NAME) return i === 0 ? labels.slice(2) : [...labels.slice(0, i), ...labels.slice(i + 2)]
  }
  return labels
}

/** The labels with one of them set, or taken off where the value is empty. */
export function withLabel (labels: Labels, name: string, value: string): Labels {
  let at = 0
  while (at < labels.length && labels[at]! < name) at += 2
  const after = labels[at] === name ? at + 2 : at
  return value === ''
    ? [...labels.slice(0, at), ...labels.slice(after)]
    : [...labels.slice(0, at), name, value, ...labels.slice(after)]
}

/** Only the named labels. */
export function onlyLabels (labels: Labels, names: readonly string[]): Labels {
  return labels.filter((_, i) => names.includes(labels[i - i % 2]!))
}

/** All but the named labels. */
export function exceptLabels (labels: Labels, names: readonly string[]): Labels {
  return labels.filter((_, i) => !names.includes(labels[i - i % 2]!))
}

/**
 * A string that tells label sets apart by some of their labels: by `names`, or by all but `names` and the metric's name.
 * An absent label counts as the empty value.
 */
export function matchingKey (labels: Labels, names: readonly string[], by: boolean): string {
  let key = ''
  if (by) {
    for (const name of names) {
      let value = ''
      for (let i = 0; i < labels.length; i += 2) if (labels[i] === name) value = labels[i + 1]!
      if (names.length === 1) return value
      key += `${value.length}:${value}`
    }
    return key
  }
  for (let i = 0; i < labels.length; i += 2) {
    const name = labels[i]!
    if (name === NAME || names.includes(name)) continue
    const value = labels[i + 1]!
    key += `${name.length}:${name}${value.length}:${value}`
  }
  return key
}

/** Order of label sets: name by name and value by value; the shorter first. */
export function compareLabels (a: Labels, b: Labels): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    if (a[i] !== b[i]) return a[i]! < b[i]! ? -1 : 1
  }
  return a.length - b.length
}

/** Labels as Prometheus's messages print them: `{__name__="up", job="njord"}`. */
export function printLabels (labels: Labels): string {
  const parts: string[] = []
  for (let i = 0; i < labels.length; i += 2) {
    const name = labels[i]!
    parts.push(`${/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : goQuote(name)}=${goQuote(labels[i + 1]!)}`)
  }
  return `{${parts.join(', ')}}`
}
