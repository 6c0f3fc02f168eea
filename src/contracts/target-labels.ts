import { labelsOf, type Labels } from './labels.js'

/** The labels that say where samples come from, as Prometheus puts them on what it scrapes: `job` and `instance`. */
export type TargetLabels = Readonly<Record<string, string>>

/**
 * The labels of a stored series: its name, its own labels, and those of the target. A label of its own that is called as
 * one of the target's becomes `exported_job`, as in a scrape without `honor_labels`
 * (Prometheus scrape.go, resolveConflictingExposedLabels). Empty labels are none.
 */
export function storedLabels (name: string, own: Readonly<Record<string, string>>, target: TargetLabels): Labels {
  const labels: Record<string, string> = Object.assign(Object.create(null), target)
  for (const [label, value] of Object.entries(own)) {
    if (value === '') continue
    let free = label
    while (Object.hasOwn(target, free) || (free !== label && (own[free] ?? '') !== '')) free = `exported_${free}`
    labels[free] = value
  }
  labels.__name__ = name
  return labelsOf(labels)
}
