import { randomUUID } from 'node:crypto'
import type { Clock } from '../../contracts/clock.js'
import type { Labels } from '../../contracts/labels.js'
import { goQuote } from '../../promql/go-text.js'
import { Silence, type SilenceRecord, type SilenceState } from './silence.js'

/** How long an ended silence can still be seen, in milliseconds. */
export const SILENCE_RETENTION_MS = 120 * 3_600_000

export interface SilencesOptions {
  readonly clock: Clock
  /** Called with every change, to be kept; `undefined` for a silence that is forgotten. */
  readonly keep?: (id: string, record: SilenceRecord | undefined) => void
  /** @defaultValue 10000 */
  readonly maxSilences?: number
}

/** A silence as it is asked for: without `id` it is a new one. */
export type SilenceRequest = Omit<SilenceRecord, 'id' | 'updatedAtMs'> & { readonly id?: string | undefined }

/** Thrown for a silence that there is not. */
export class SilenceNotFound extends Error {
  constructor () {
    super('silence not found')
  }
}

/** The silences there are. Alertmanager's silence/silence.go. */
export class Silences {
  readonly #clock: Clock
  readonly #keep: NonNullable<SilencesOptions['keep']>
  readonly #maxSilences: number
  readonly #silences = new Map<string, Silence>()
  #version = 0

  constructor ({ clock, keep = () => {}, maxSilences = 10_000 }: SilencesOptions) {
    this.#clock = clock
    this.#keep = keep
    this.#maxSilences = maxSilences
  }

  /** Goes up with every change. */
  get version (): number {
    return this.#version
  }

  get (id: string): Silence | undefined {
    return this.#silences.get(id)
  }

  values (): IterableIterator<Silence> {
    return this.#silences.values()
  }

  /** The ids of active silences that hold back an alert with these labels, in ascending order. */
  silencedBy (labels: Labels, nowMs: number): string[] {
    const ids: string[] = []
    for (const silence of this.#silences.values()) if (silence.state(nowMs) === 'active' && silence.matches(labels)) ids.push(silence.record.id)
    return ids.sort()
  }

  counts (nowMs: number): Record<SilenceState, number> {
    const counts = { pending: 0, active: 0, expired: 0 }
    for (const silence of this.#silences.values()) counts[silence.state(nowMs)]++
    return counts
  }

  /**
   * Makes a silence, or changes one: its id. One whose matchers, or whose past, would change is ended, and a new one made in its place.
   * Throws {@link SilenceNotFound}, and an `Error` in Alertmanager's words for one that makes no sense or finds no room.
   */
  set (request: SilenceRequest): string {
    const nowMs = this.#clock.nowMs()
    check(request)
    const old = request.id === undefined || request.id === '' ? undefined : this.#silences.get(request.id)
    if (request.id !== undefined && request.id !== '' && old === undefined) throw new SilenceNotFound()
    if (old !== undefined && canUpdate(old, request, nowMs)) {
      this.#put({ ...request, id: old.record.id, updatedAtMs: nowMs })
      return old.record.id
    }
    if (this.#silences.size >= this.#maxSilences) throw new Error(`exceeded maximum number of silences: ${this.#silences.size} (limit: ${this.#maxSilences})`)
    const id = randomUUID()
    this.#put({ ...request, id, startsAtMs: Math.max(request.startsAtMs, nowMs), updatedAtMs: nowMs })
    if (old !== undefined && old.state(nowMs) !== 'expired') this.expire(old.record.id)
    return id
  }

  /** Ends a silence now. Throws {@link SilenceNotFound}. */
  expire (id: string): void {
    const silence = this.#silences.get(id)
    if (silence === undefined) throw new SilenceNotFound()
    const nowMs = this.#clock.nowMs()
    const state = silence.state(nowMs)
    if (state === 'expired') return
    const { record } = silence
    this.#put({ ...record, startsAtMs: state === 'pending' ? nowMs : record.startsAtMs, endsAtMs: nowMs, updatedAtMs: nowMs })
  }

  /** Takes back what was kept; a record that makes no sense is left out. */
  restore (record: SilenceRecord): void {
    try {
      this.#silences.set(record.id, new Silence(record))
      this.#version++
    } catch {
      // A regular expression that this release does not take: the alerts are heard of, which is the safe side.
    }
  }

  /** Forgets those that ended long ago. */
  collect (): void {
    const nowMs = this.#clock.nowMs()
    for (const [id, { record }] of this.#silences) {
      if (record.endsAtMs + SILENCE_RETENTION_MS > nowMs) continue
      this.#silences.delete(id)
      this.#keep(id, undefined)
    }
  }

  #put (record: SilenceRecord): void {
    this.#silences.set(record.id, new Silence(record))
    this.#version++
    this.#keep(record.id, record)
  }
}

function check (request: SilenceRequest): void {
  const refuse = (problem: string): never => { throw new Error(`invalid silence: ${problem}`) }
  if (request.matchers.length === 0) refuse('at least one matcher set required')
  let canBeEmpty = true
  request.matchers.forEach((matcher, i) => {
    if (matcher.name === '') refuse(`invalid label matcher ${i} in set 0: invalid label name ${goQuote(matcher.name)}`)
    try {
      const silence = new Silence({ ...request, matchers: [matcher], id: '', updatedAtMs: 0 })
      // As Alertmanager: what a label must not be says enough of it.
      if (!matcher.isEqual || !silence.matches([])) canBeEmpty = false
    } catch (error) {
      const shown = goQuote(matcher.value)
      refuse(`invalid label matcher ${i} in set 0: invalid regular expression ${shown}: ${(error as Error).message.replace(`^(?:${matcher.value})$`, matcher.value)}`)
    }
  })
  if (canBeEmpty) refuse('matcher set 0: at least one matcher must not match the empty string')
  if (request.endsAtMs < request.startsAtMs) refuse('end time must not be before start time')
}

function canUpdate (old: Silence, request: SilenceRequest, nowMs: number): boolean {
  if (JSON.stringify(old.record.matchers.map(plain)) !== JSON.stringify(request.matchers.map(plain))) return false
  switch (old.state(nowMs)) {
    case 'active': return Math.floor(request.startsAtMs / 1000) === Math.floor(old.record.startsAtMs / 1000) && request.endsAtMs >= nowMs
    case 'pending': return request.startsAtMs >= nowMs
    case 'expired': return false
  }
}

const plain = ({ name, value, isRegex, isEqual }: SilenceRecord['matchers'][number]): unknown[] => [name, value, isRegex, isEqual]
