/** What Prometheus says of one element's alert, in short (rules/alerting.go, Eval). Times in milliseconds. */
export type ModelAlert =
  | { readonly state: 'pending', readonly activeAtMs: number }
  | { readonly state: 'firing', readonly activeAtMs: number, readonly firedAtMs: number, readonly goneAtMs?: number | undefined }
  | { readonly state: 'resolved', readonly activeAtMs: number, readonly firedAtMs: number, readonly resolvedAtMs: number }

export interface ModelPost {
  readonly element: string
  readonly startsAtMs: number
  readonly endsAtMs: number
}

const MINUTE = 60_000
const RETENTION_MS = 15 * MINUTE
const RESEND_MS = MINUTE
const WARM_UP_MS = 5 * MINUTE
const TOLERANCE_MS = 60 * MINUTE

/**
 * The alerts of one rule, evaluated every minute, as they should be: Prometheus's, and over a restart what docs/alerts.md says. Written on its own: each
 * evaluation makes a new alert of the old one.
 */
export class AlertModel {
  readonly alerts = new Map<string, ModelAlert>()
  readonly #sentAtMs = new Map<string, number>()
  /** Of an earlier process, not there again yet. */
  #remembered = new Map<string, { readonly alert: ModelAlert, readonly seenAtMs: number }>()
  #forgetAtMs = Infinity

  /** The process ends, and another one begins. @returns what it tells at once */
  restart (endedMs: number, startedMs: number): ModelPost[] {
    for (const [element, alert] of this.alerts) this.#remembered.set(element, { alert, seenAtMs: endedMs })
    this.alerts.clear()
    this.#sentAtMs.clear()
    for (const [element, { seenAtMs }] of this.#remembered) if (startedMs - seenAtMs > TOLERANCE_MS) this.#remembered.delete(element)
    this.#forgetAtMs = startedMs + WARM_UP_MS
    return [...this.#remembered].flatMap(([element, { alert }]) =>
      alert.state === 'resolved' ? [{ element, startsAtMs: alert.firedAtMs, endsAtMs: alert.resolvedAtMs }] : [])
  }

  /** @returns what is told on the way to the evaluation and by it */
  evaluate (atMs: number, present: readonly string[], forMs: number, keepMs: number): ModelPost[] {
    const posts = this.#forgetAtMs <= atMs ? this.#forget() : []
    for (const element of new Set([...this.alerts.keys(), ...this.#remembered.keys(), ...present])) {
      const isThere = present.includes(element)
      const before = this.alerts.get(element) ?? this.#recalled(element, isThere, atMs, forMs, keepMs)
      const after = isThere ? there(before, atMs, forMs) : gone(before, atMs, keepMs)
      if (isThere && before?.state === 'resolved') this.#sentAtMs.delete(element)
      if (after === undefined) {
        this.alerts.delete(element)
        this.#sentAtMs.delete(element)
        continue
      }
      this.alerts.set(element, after)
      posts.push(...this.#told(element, after, atMs))
    }
    return posts
  }

  #told (element: string, alert: ModelAlert, atMs: number): ModelPost[] {
    if (alert.state === 'pending') return []
    const sentAtMs = this.#sentAtMs.get(element)
    const isNews = sentAtMs === undefined || (alert.state === 'resolved' && alert.resolvedAtMs > sentAtMs)
    if (!isNews && atMs - sentAtMs <= RESEND_MS) return []
    this.#sentAtMs.set(element, atMs)
    return [{ element, startsAtMs: alert.firedAtMs, endsAtMs: alert.state === 'resolved' ? alert.resolvedAtMs : atMs + 4 * RESEND_MS }]
  }

  /** What an alert of an earlier process is now; `undefined` while it is only remembered. */
  #recalled (element: string, isThere: boolean, atMs: number, forMs: number, keepMs: number): ModelAlert | undefined {
    const remembered = this.#remembered.get(element)
    if (remembered === undefined) return undefined
    const { alert, seenAtMs } = remembered
    if (isThere) {
      this.#remembered.delete(element)
      if (alert.state === 'resolved') return undefined
      if (alert.state === 'firing') return alert
      const isDue = seenAtMs - alert.activeAtMs >= forMs
      return { state: 'pending', activeAtMs: isDue ? alert.activeAtMs : alert.activeAtMs + (atMs - seenAtMs) }
    }
    if (alert.state !== 'firing' || keepMs === 0 || (alert.goneAtMs === undefined && keepMs <= WARM_UP_MS)) return undefined
    this.#remembered.delete(element)
    return { ...alert, goneAtMs: alert.goneAtMs ?? seenAtMs }
  }

  #forget (): ModelPost[] {
    const left = [...this.#remembered]
    this.#remembered.clear()
    const endsAtMs = this.#forgetAtMs
    this.#forgetAtMs = Infinity
    return left.flatMap(([element, { alert }]) => alert.state === 'firing' ? [{ element, startsAtMs: alert.firedAtMs, endsAtMs }] : [])
  }
}

function there (alert: ModelAlert | undefined, atMs: number, forMs: number): ModelAlert {
  if (alert?.state === 'firing') return { ...alert, goneAtMs: undefined }
  const activeAtMs = alert?.state === 'pending' ? alert.activeAtMs : atMs
  return atMs - activeAtMs >= forMs ? { state: 'firing', activeAtMs, firedAtMs: atMs } : { state: 'pending', activeAtMs }
}

function gone (alert: ModelAlert | undefined, atMs: number, keepMs: number): ModelAlert | undefined {
  if (alert === undefined || alert.state === 'pending') return undefined
  if (alert.state === 'resolved') return atMs - alert.resolvedAtMs > RETENTION_MS ? undefined : alert
  const { activeAtMs, firedAtMs, goneAtMs = atMs } = alert
  if (keepMs > 0 && atMs - goneAtMs < keepMs) return { ...alert, goneAtMs }
  return { state: 'resolved', activeAtMs, firedAtMs, resolvedAtMs: atMs }
}
