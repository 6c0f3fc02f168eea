import { writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { parseArgs } from 'node:util'
import { isTimeZone } from '../clock/time-zone.js'
import type { WindowRecord } from '../contracts/window.js'
import { NJORD_ERR_BAD_PARAMETER } from '../errors.js'
import { JournalReader } from '../journal/journal-reader.js'
import { bookMetricNames, booksFromWindows } from '../portfolio/book-journal.js'
import type { AttributionQuery } from '../report/attribution.js'
import { reportHtml } from '../report/html.js'
import { reportMarkdown } from '../report/markdown.js'
import { performanceReport, type PerformanceReport } from '../report/performance-report.js'
import { attributionQuery, checkAgainst } from '../report/query.js'
import type { Output } from './cleanup.js'
import { checkJournal } from './directory.js'
import { reportUsage, UsageError } from './usage.js'

const queryOptions = ['from', 'to', 'benchmark', 'method', 'period'] as const
const renderers: Readonly<Record<string, (report: PerformanceReport) => string>> = {
  '.html': reportHtml,
  '.md': reportMarkdown,
  '.json': report => `${JSON.stringify(report, null, 2)}\n`
}

/** `njord-telemetry report`. Throws `UsageError`, or an error that says what went wrong with the host or the journal. */
export async function report (args: readonly string[], { out, progress }: Output): Promise<void> {
  const option = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: option,
      journal: option,
      portfolio: option,
      'time-zone': option,
      out: option,
      from: option,
      to: option,
      benchmark: option,
      method: option,
      period: option,
      quiet: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' }
    }
  })
  if (values.help) return out(reportUsage)
  const { url, journal, portfolio, 'time-zone': timeZone, out: file, quiet = false } = values
  const tell = (text: string) => { if (!quiet) progress(text) }
  if ((url === undefined) === (journal === undefined)) throw new UsageError('say where the books are: --url URL of a running host, or --journal DIR')
  const render = file === undefined ? reportMarkdown : renderers[extname(file)]
  if (render === undefined) throw new UsageError(`--out ${file}: expected a name that ends in ${Object.keys(renderers).join(', ')}`)
  const query = new URLSearchParams()
  for (const name of queryOptions) if (values[name] !== undefined) query.set(name, values[name])
  const asked = asUsage(() => attributionQuery(query))
  if (url !== undefined && (portfolio ?? timeZone) !== undefined) throw new UsageError(`--${portfolio === undefined ? 'time-zone' : 'portfolio'} is for a --journal: a host has its own`)
  if (timeZone !== undefined && !isTimeZone(timeZone)) throw new UsageError(`--time-zone: found "${timeZone}", expected a name as in Europe/Oslo`)
  const made = url !== undefined ? await fromHost(url, query, tell) : await fromJournal(journal!, asked, portfolio, timeZone, tell)
  const text = render(made)
  if (file === undefined) return out(text)
  await writeFile(file, text)
  tell(`wrote ${file}: ${text.length} characters\n`)
}

async function fromHost (url: string, query: URLSearchParams, tell: (text: string) => void): Promise<PerformanceReport> {
  if (!URL.canParse(url) || !/^https?:/.test(url)) throw new UsageError(`--url ${url}: expected the address of a host, as in http://127.0.0.1:3000`)
  const { NJORD_METRICS_TOKEN: token } = process.env
  const address = `${url.replace(/\/+$/, '')}/report?${new URLSearchParams({ format: 'json', ...Object.fromEntries(query) }).toString()}`
  tell(`asking ${url}\n`)
  let response
  try {
    response = await fetch(address, { headers: token === undefined || token === '' ? {} : { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(60_000) })
  } catch (error) {
    const { message, cause } = error as Error
    throw new Error(`no answer from ${url}: ${(cause as Error | undefined)?.message ?? message}`, { cause: error })
  }
  const text = await response.text()
  let answer: { attribution?: object, madeAt?: string, message?: string }
  try {
    answer = JSON.parse(text) as typeof answer
  } catch {
    answer = {}
  }
  if (response.status === 401) throw new Error(`${url} wants a token: set NJORD_METRICS_TOKEN`)
  if (!response.ok) throw new Error(`${url} answers ${response.status}${answer.message === undefined ? '' : `: ${answer.message}`}`)
  if (answer.attribution === undefined || answer.madeAt === undefined) throw new Error(`${url} answers, but not with a report of njord-telemetry`)
  return answer as unknown as PerformanceReport
}

async function fromJournal (
  dir: string, asked: AttributionQuery, portfolioId: string | undefined, timeZone: string | undefined, tell: (text: string) => void
): Promise<PerformanceReport> {
  await checkJournal(dir)
  let damaged = 0
  const reader = new JournalReader({ dir, onDamage: () => { damaged++ } })
  const windows: WindowRecord[] = []
  tell(`reading ${dir}\n`)
  const dayMs = 86_400_000
  // A day before the time asked for: the state with which it begins may be older than it.
  const [from, to] = [(asked.fromMs ?? 0) - (asked.fromMs === undefined ? 0 : dayMs), (asked.toMs ?? Date.now()) + dayMs]
  for await (const batch of reader.readBatches({ name: bookMetricNames, from, to, resolution: '1m' })) {
    windows.push(...batch)
    if (windows.length % 100_000 < batch.length) tell(`${windows.length} records\n`)
  }
  if (damaged > 0) tell(`${damaged} places of the journal are damaged and were left out\n`)
  const books = booksFromWindows(windows, asked.fromMs, asked.toMs)
  const found = portfolioId === undefined ? books[0] : books.find(book => book.portfolioId === portfolioId)
  const known = books.map(book => book.portfolioId).join(', ')
  if (books.length > 1 && portfolioId === undefined) throw new UsageError(`--portfolio ID is missing: the journal has ${known}`)
  if (found === undefined || found.timesMs.length < 2) throw new Error(`the journal ${dir} has no books of that time${portfolioId === undefined ? '' : ` of ${portfolioId}`}${known === '' ? '' : `; it has ${known}`}`)
  asUsage(() => { checkAgainst(asked, found.markets.map(({ symbol }) => symbol), found.timesMs[0]!, found.timesMs.at(-1)!) })
  const made = performanceReport(found, asked, { timeZone }, Date.now())
  if (made === undefined) throw new Error(`the journal ${dir} has no books of that time`)
  return made
}

/** What is wrong with a parameter is wrong with the option of its name. */
function asUsage<T> (read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof NJORD_ERR_BAD_PARAMETER ? new UsageError(error.message.replace('Parameter ', '--')) : error
  }
}
