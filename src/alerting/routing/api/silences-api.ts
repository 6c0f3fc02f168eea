import { sortInTurns, Turns } from '../../../clock/turns.js'
import { goJson } from '../template/go-json.js'
import { SilenceNotFound } from '../silences.js'
import type { Silence, SilenceMatcher, SilenceRecord } from '../silence.js'
import { filtersOf, type Query } from './alert-filter.js'
import type { ApiSurroundings } from './alerts-api.js'
import { ApiRefusal, apiTime, invalid, parseTime } from './api-answer.js'
import { writeJsonArray } from './json-in-turns.js'

const uuid = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i
const order = { active: 0, pending: 1, expired: 2 } as const

/** `GET /api/v2/silences`: active ones first (the next to end before others), then pending, then ended; in pieces. Rejects with an {@link ApiRefusal}. */
export async function listSilences ({ router, clock }: ApiSurroundings, query: Query): Promise<AsyncIterable<string>> {
  const nowMs = clock.nowMs()
  const filters = filtersOf(query)
  const keyOf = (silence: Silence): [number, number] => {
    const state = silence.state(nowMs)
    const { startsAtMs, endsAtMs } = silence.record
    return [order[state], state === 'pending' ? startsAtMs : state === 'active' ? endsAtMs : -endsAtMs]
  }
  const turns = new Turns()
  const found = []
  for (const silence of [...router.silences.values()]) {
    if (filters.every(filter => silence.matchers.some(matcher => String(matcher) === String(filter)))) found.push({ silence, key: keyOf(silence) })
    if (turns.isDue) await turns.pause()
  }
  const sorted = await sortInTurns(turns, found, ({ key: a }, { key: b }) => a[0] - b[0] || a[1] - b[1])
  return writeJsonArray(turns, sorted, ({ silence }) => [goJson(shown(silence, nowMs))])
}

/** `GET /api/v2/silence/ID`. Throws an {@link ApiRefusal}. */
export function getSilence ({ router, clock }: ApiSurroundings, id: string): unknown {
  const silence = router.silences.get(checkId(id))
  if (silence === undefined) throw new ApiRefusal(404)
  return shown(silence, clock.nowMs())
}

/** `DELETE /api/v2/silence/ID`: ends it. Throws an {@link ApiRefusal}. */
export function deleteSilence ({ router }: ApiSurroundings, id: string): void {
  try {
    router.silences.expire(checkId(id))
  } catch (error) {
    throw error instanceof SilenceNotFound ? new ApiRefusal(404) : error
  }
}

/** `POST /api/v2/silences`: `{ silenceID }`. Throws an {@link ApiRefusal}. */
export function postSilence ({ router, clock }: ApiSurroundings, text: string): { silenceID: string } {
  const request = readSilence(parse(text))
  if (request.startsAtMs >= request.endsAtMs) throw new ApiRefusal(400, 'Failed to create silence: start time must be before end time')
  if (request.endsAtMs < clock.nowMs()) throw new ApiRefusal(400, 'Failed to create silence: end time can\'t be in the past')
  try {
    return { silenceID: router.silences.set(request) }
  } catch (error) {
    throw new ApiRefusal(error instanceof SilenceNotFound ? 404 : 400, (error as Error).message)
  }
}

function checkId (id: string): string {
  if (!uuid.test(id)) throw invalid(601, `silenceID in path must be of type uuid: ${JSON.stringify(id)}`)
  return id.toLowerCase()
}

function parse (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw unreadable((error as Error).message)
  }
}

function readSilence (given: unknown): Omit<SilenceRecord, 'id' | 'updatedAtMs'> & { id?: string | undefined } {
  // A null is an empty one, as in Go.
  const body = given ?? {}
  if (typeof body !== 'object' || Array.isArray(body)) throw unreadable('json: cannot unmarshal it into Go value of type models.PostableSilence')
  const silence = body as Record<string, unknown>
  for (const name of ['comment', 'createdBy', 'endsAt', 'matchers', 'startsAt']) {
    if (silence[name] === undefined || silence[name] === null) throw invalid(602, `${name} in body is required`)
  }
  if (!Array.isArray(silence.matchers)) throw unreadable('json: cannot unmarshal matchers')
  if (silence.matchers.length === 0) throw invalid(612, 'matchers in body should have at least 1 items')
  const time = (name: string): number => {
    const ms = typeof silence[name] === 'string' ? parseTime(silence[name]) : undefined
    if (ms === undefined) throw unreadable(`parsing time ${JSON.stringify(silence[name])}: cannot parse it`)
    return ms
  }
  return {
    id: typeof silence.id === 'string' && silence.id !== '' ? silence.id : undefined,
    matchers: silence.matchers.map(readMatcher),
    startsAtMs: time('startsAt'),
    endsAtMs: time('endsAt'),
    createdBy: String(silence.createdBy),
    comment: String(silence.comment)
  }
}

function readMatcher (item: unknown, index: number): SilenceMatcher {
  const { name, value, isRegex, isEqual = true } = (item ?? {}) as Record<string, unknown>
  for (const [field, found, isRight] of [
    ['isRegex', isRegex, typeof isRegex === 'boolean'], ['name', name, typeof name === 'string'], ['value', value, typeof value === 'string']
  ] as const) {
    if (found === undefined || found === null) throw invalid(602, `matchers.${index}.${field} in body is required`)
    if (!isRight) throw unreadable(`json: cannot unmarshal matchers.${field}`)
  }
  return { name: name as string, value: value as string, isRegex: isRegex as boolean, isEqual: isEqual !== false }
}

/** In Alertmanager's order of fields. */
function shown (silence: Silence, nowMs: number): unknown {
  const { id, updatedAtMs, comment, createdBy, endsAtMs, startsAtMs, matchers } = silence.record
  return {
    id,
    status: { state: silence.state(nowMs) },
    updatedAt: apiTime(updatedAtMs),
    comment,
    createdBy,
    endsAt: apiTime(endsAtMs),
    matchers: matchers.map(({ isEqual, isRegex, name, value }) => ({ isEqual, isRegex, name, value })),
    startsAt: apiTime(startsAtMs)
  }
}

function unreadable (why: string): ApiRefusal {
  return invalid(400, `parsing silence body from "" failed, because ${why}`)
}
