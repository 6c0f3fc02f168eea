import { labelValue, type Labels } from '../../contracts/labels.js'
import { LabelMatcher, matchesAll, type MatchOperator } from './config/label-matcher.js'

/** A matcher as the HTTP API and the files have it. */
export interface SilenceMatcher {
  readonly name: string
  readonly value: string
  readonly isRegex: boolean
  readonly isEqual: boolean
}

/** What a silence says; times are milliseconds since the Unix epoch. */
export interface SilenceRecord {
  readonly id: string
  readonly matchers: readonly SilenceMatcher[]
  readonly startsAtMs: number
  readonly endsAtMs: number
  readonly updatedAtMs: number
  readonly createdBy: string
  readonly comment: string
}

export type SilenceState = 'pending' | 'active' | 'expired'

/** Alerts that match all matchers are not notified of between start and end. */
export class Silence {
  readonly record: SilenceRecord
  readonly matchers: readonly LabelMatcher[]

  /** Throws an `Error` for a malformed regular expression. */
  constructor (record: SilenceRecord) {
    this.record = record
    this.matchers = record.matchers.map(({ name, value, isRegex, isEqual }) => new LabelMatcher(name, operatorOf(isRegex, isEqual), value))
  }

  state (nowMs: number): SilenceState {
    const { startsAtMs, endsAtMs } = this.record
    if (nowMs < startsAtMs) return 'pending'
    return nowMs >= endsAtMs ? 'expired' : 'active'
  }

  matches (labels: Labels): boolean {
    return matchesAll(this.matchers, name => labelValue(labels, name))
  }
}

function operatorOf (isRegex: boolean, isEqual: boolean): MatchOperator {
  if (isRegex) return isEqual ? '=~' : '!~'
  return isEqual ? '=' : '!='
}
