import { Silence, type SilenceMatcher, type SilenceRecord } from '../routing/silence.js'

/**
 * Silences as `GET /api/v2/silences` and `amtool silence query -o json` tell them. Throws an `Error` that names the file and the silence.
 */
export function readSilences (text: string, file: string): SilenceRecord[] {
  let list: unknown
  try {
    list = JSON.parse(text)
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error })
  }
  if (!Array.isArray(list)) throw new Error(`${file}: expected a list of silences`)
  return list.map((item: Readonly<Record<string, unknown>> | null, i) => {
    const [startsAtMs, endsAtMs] = [Date.parse(String(item?.['startsAt'])), Date.parse(String(item?.['endsAt']))]
    if (Number.isNaN(startsAtMs) || Number.isNaN(endsAtMs)) throw new Error(`${file}: silence ${i}: expected startsAt and endsAt as in 2026-11-21T09:00:00Z`)
    const matchers = Array.isArray(item?.['matchers']) ? item['matchers'].map(matcherOf) : []
    if (matchers.length === 0 || matchers.includes(undefined)) throw new Error(`${file}: silence ${i}: expected matchers with name, value, isRegex and isEqual`)
    const record = {
      id: String(item?.['id'] ?? `silence ${i}`),
      matchers: matchers as SilenceMatcher[],
      startsAtMs,
      endsAtMs,
      updatedAtMs: startsAtMs,
      createdBy: String(item?.['createdBy'] ?? ''),
      comment: String(item?.['comment'] ?? '')
    }
    try {
      return new Silence(record).record
    } catch (error) {
      throw new Error(`${file}: silence ${i}: ${(error as Error).message}`, { cause: error })
    }
  })
}

function matcherOf (matcher: Readonly<Record<string, unknown>> | null): SilenceMatcher | undefined {
  const { name, value, isRegex = false, isEqual = true } = matcher ?? {}
  if (typeof name !== 'string' || typeof value !== 'string' || typeof isRegex !== 'boolean' || typeof isEqual !== 'boolean') return undefined
  return { name, value, isRegex, isEqual }
}
