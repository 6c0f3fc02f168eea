import type { Clock } from '../../contracts/clock.js'
import { labelsKey } from '../../contracts/labels.js'
import { AlertGroup, type AlertGroupOptions } from './alert-group.js'
import type { RoutedAlert } from './routed-alert.js'
import { Route } from './route.js'

export interface DispatcherOptions {
  readonly clock: Clock
  readonly root: Route
  readonly notify: AlertGroupOptions['notify']
  /** Told when an alert comes into a group in which it was not. */
  readonly grouped: (group: AlertGroup, alert: RoutedAlert) => void
}

/** Sorts alerts into groups along the route tree. Alertmanager's dispatch/dispatch.go. */
export class Dispatcher {
  readonly root: Route
  readonly #clock: Clock
  readonly #notify: AlertGroupOptions['notify']
  readonly #grouped: DispatcherOptions['grouped']
  /** By route, then by group labels. */
  readonly #groups = new Map<Route, Map<string, AlertGroup>>()
  #count = 0
  readonly #busy = new Set<Promise<unknown>>()

  constructor ({ clock, root, notify, grouped }: DispatcherOptions) {
    this.root = root
    this.#clock = clock
    this.#notify = notify
    this.#grouped = grouped
  }

  get size (): number {
    return this.#count
  }

  * groups (): Generator<AlertGroup> {
    for (const groups of this.#groups.values()) yield * groups.values()
  }

  insert (alert: RoutedAlert): void {
    for (const route of this.root.match(alert.labels)) this.#insertOn(route, alert)
  }

  /** Resolves when no group is telling anybody anything. */
  async settled (): Promise<void> {
    while (this.#busy.size > 0) await Promise.allSettled(this.#busy)
  }

  stop (): void {
    for (const group of this.groups()) group.stop()
    this.#groups.clear()
    this.#count = 0
  }

  #insertOn (route: Route, alert: RoutedAlert): void {
    const labels = route.groupLabels(alert.labels)
    const key = labelsKey(labels)
    let groups = this.#groups.get(route)
    if (groups === undefined) this.#groups.set(route, groups = new Map())
    const known = groups.get(key)
    if (known !== undefined) {
      const isNew = !known.has(alert.fingerprint)
      known.insert(alert)
      if (isNew) this.#grouped(known, alert)
      return
    }
    const group = new AlertGroup({
      route,
      labels,
      clock: this.#clock,
      notify: async (...args) => await this.#track(this.#notify(...args)),
      ended: group => {
        if (groups.get(key) === group && groups.delete(key)) this.#count--
      }
    }, alert)
    groups.set(key, group)
    this.#count++
    this.#grouped(group, alert)
  }

  async #track<T> (work: Promise<T>): Promise<T> {
    this.#busy.add(work)
    try {
      return await work
    } finally {
      this.#busy.delete(work)
    }
  }
}
