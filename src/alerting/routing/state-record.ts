import type { PostedAlert } from '../../contracts/alert.js'
import type { NotificationEntry } from './notification-log.js'
import type { RoutedAlert } from './routed-alert.js'
import type { SilenceRecord } from './silence.js'

/** One change of the state of routing: a line of its file. */
export type StateRecord =
  | { readonly silence: SilenceRecord }
  | { readonly noSilence: string }
  | { readonly entry: NotificationEntry }
  | { readonly noEntry: string }
  /** `ended` when it was seen to have ended: an alert without it was firing when it was written. */
  | { readonly alert: Omit<RoutedAlert, 'fingerprint'>, readonly ended: boolean }
  | { readonly noAlert: string }

type Check = (value: unknown) => boolean

const isText: Check = value => typeof value === 'string'
const isFlag: Check = value => typeof value === 'boolean'
/** What a `Date` can say. */
const isTimeMs: Check = value => typeof value === 'number' && Math.abs(value) <= 8.64e15
const isTexts: Check = value => Array.isArray(value) && value.every(isText)
const isLabels: Check = value => isTexts(value) && (value as unknown[]).length % 2 === 0
const has = (checks: Readonly<Record<string, Check>>): Check => value =>
  typeof value === 'object' && value !== null && Object.entries(checks).every(([key, check]) => check((value as Record<string, unknown>)[key]))
const posted = { labels: isLabels, annotations: isLabels, startsAtMs: isTimeMs, endsAtMs: isTimeMs, generatorUrl: isText }
const isPosted = has(posted)
const isMatcher = has({ name: isText, value: isText, isRegex: isFlag, isEqual: isFlag })

/** By the keys of the line. */
const shapes: ReadonlyMap<string, Check> = new Map([
  ['alert,ended', has({ alert: has({ ...posted, updatedAtMs: isTimeMs, hasTimeout: isFlag }), ended: isFlag })],
  ['entry', has({ entry: has({ key: isText, atMs: isTimeMs, firing: isTexts, resolved: isTexts, expiresAtMs: isTimeMs }) })],
  ['silence', has({
    silence: has({
      id: isText,
      matchers: value => Array.isArray(value) && value.every(isMatcher),
      startsAtMs: isTimeMs,
      endsAtMs: isTimeMs,
      updatedAtMs: isTimeMs,
      createdBy: isText,
      comment: isText
    })
  })],
  ['noAlert', has({ noAlert: isText })],
  ['noEntry', has({ noEntry: isText })],
  ['noSilence', has({ noSilence: isText })]
])

/** Whether a line of the file, read as JSON, is a record with all that it needs. */
export function isStateRecord (value: unknown): value is StateRecord {
  return typeof value === 'object' && value !== null && shapes.get(Object.keys(value).join())?.(value) === true
}

/** Whether a value read as JSON is an alert of the rules. */
export function isPostedAlert (value: unknown): value is PostedAlert {
  return isPosted(value)
}
