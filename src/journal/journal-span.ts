import { listJournal } from './directory.js'

const DAY_MS = 86_400_000

/** From when to when a journal's directory has windows, by days (UTC), in milliseconds since the Unix epoch; `undefined` for an empty one. */
export async function journalSpan (dir: string): Promise<{ fromMs: number, toMs: number } | undefined> {
  const { segments } = await listJournal(dir)
  const days = segments.map(({ day }) => day).sort()
  return days.length === 0 ? undefined : { fromMs: Date.parse(days[0]!), toMs: Date.parse(days.at(-1)!) + DAY_MS }
}
