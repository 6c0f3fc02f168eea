/**
 * A series' labels as the query engine and the stores pass them on: names and values in turn, by name in ascending order
 * of UTF-16 units, `__name__` among them: `['__name__', 'up', 'job', 'njord']`. No name twice, no empty value. Never changed.
 */
export type Labels = readonly string[]

/** Labels of an object's own properties; empty values are left out, for an empty label is no label. */
export function labelsOf (object: Readonly<Record<string, string>>): Labels {
  return Object.keys(object).sort().flatMap(name => object[name] === '' ? [] : [name, object[name]!])
}

/** The value of a label; `''` where there is none. */
export function labelValue (labels: Labels, name: string): string {
  for (let i = 0; i < labels.length; i += 2) if (labels[i] === name) return labels[i + 1]!
  return ''
}

/** A string that two label sets share if and only if they are the same. */
export function labelsKey (labels: Labels): string {
  // Lengths, for a value may hold any character.
  let key = ''
  for (let i = 0; i < labels.length; i++) key += `${labels[i]!.length}:${labels[i]!}`
  return key
}

/** Labels as a plain object without a prototype, for JSON. */
export function labelsToObject (labels: Labels): Record<string, string> {
  const object: Record<string, string> = Object.create(null) as Record<string, string>
  for (let i = 0; i < labels.length; i += 2) object[labels[i]!] = labels[i + 1]!
  return object
}
