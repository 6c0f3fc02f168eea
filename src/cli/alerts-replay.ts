import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { OpenWindows } from '../aggregation/open-windows.js'
import { replayAlerts } from '../alerting/replay/replay-alerts.js'
import { replayJson, replayText } from '../alerting/replay/replay-text.js'
import { readSilences } from '../alerting/replay/read-silences.js'
import { loadRouting } from '../alerting/routing/load-routing.js'
import { findRuleFiles, loadRules } from '../alerting/rules/load-rules.js'
import { journalSpan } from '../journal/journal-span.js'
import { JournalReader } from '../journal/journal-reader.js'
import { attributionQuery } from '../report/query.js'
import type { Output } from './cleanup.js'
import { labelPairs } from './label-pairs.js'
import { checkJournal, isDirectory } from './directory.js'
import { UsageError } from './usage.js'

const text = { type: 'string' } as const
/** What is newer than this, in milliseconds, a host that is running may not have written down. */
const NEWEST_MS = 600_000

/** `njord-telemetry alerts replay`. Resolves with 0. Throws `UsageError`, and the errors of the files and of the journal. */
export async function alertsReplay (args: readonly string[], { out, progress }: Output): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rules: { ...text, multiple: true },
      routes: text,
      journal: text,
      from: text,
      to: text,
      label: { ...text, multiple: true },
      silences: text,
      interval: text,
      'query-offset': text,
      'resend-delay': text,
      'external-label': { ...text, multiple: true },
      'external-url': text,
      json: { type: 'boolean' },
      quiet: { type: 'boolean' }
    }
  })
  const { routes, journal: dir, json = false, quiet = false } = values
  // A shell makes several words of a pattern: those after the first come here.
  const patterns = [...values.rules ?? [], ...positionals]
  if (patterns.length === 0) throw new UsageError('--rules FILES is missing: say which rules are to be replayed')
  if (dir === undefined) throw new UsageError('--journal DIR is missing: say through which history')
  await checkJournal(dir)
  for (const pattern of patterns) if ((await findRuleFiles([pattern])).length === 0) throw new UsageError(`--rules ${pattern}: there is no such file`)
  for (const option of ['routes', 'silences'] as const) {
    const file = values[option]
    if (file !== undefined && await stat(file).catch(() => undefined) === undefined) throw new UsageError(`--${option} ${file}: there is no such file`)
  }

  const rules = {
    labels: labelPairs(values.label ?? []),
    intervalMs: secondsOf('interval', values.interval, 1),
    queryOffsetMs: secondsOf('query-offset', values['query-offset'], 0),
    resendDelayMs: secondsOf('resend-delay', values['resend-delay'], 0),
    externalLabels: labelPairs(values['external-label'] ?? [], 'external-label'),
    externalUrl: addressOf(values['external-url'])
  }
  const asked = spanAsked(values)
  const groups = await loadRules(patterns)
  const routing = routes === undefined ? undefined : await loadRouting(routes)
  const silences = values.silences === undefined ? [] : readSilences(await readFile(values.silences, 'utf8'), values.silences)
  for (const warning of routing?.config.warnings ?? []) if (!quiet) progress(`${warning}\n`)
  let damaged = 0
  const reader = new JournalReader({ dir, onDamage: () => { damaged++ } })
  const open = await openWindows(reader, dir, progress)
  const journal = open ?? reader
  const { fromMs, toMs } = await spanOf(dir, asked, open?.span)
  const started = performance.now()
  const replay = await replayAlerts({
    groups,
    routing,
    journal,
    fromMs,
    toMs,
    silences,
    ...rules,
    onProgress: at => {
      if (quiet) return
      const hours = (at.atMs - at.fromMs) / 3_600_000
      const share = Math.floor(100 * (at.atMs - at.fromMs) / (at.toMs - at.fromMs))
      const rate = Math.round(hours / ((performance.now() - started) / 1000))
      progress(`${new Date(at.atMs).toISOString().slice(0, 16)}Z, ${share} %, ${rate} hours of history a second, ${at.firings} fired\n`)
    }
  })
  if (damaged > 0) progress(`${damaged} places of the journal are damaged and were left out\n`)
  const foundToMs = replay.history?.toMs ?? fromMs
  if (!quiet && foundToMs < toMs && toMs > Date.now() - NEWEST_MS) {
    progress(`There is nothing that the rules ask for from ${new Date(foundToMs).toISOString()} on. A host notes its newest minutes once a minute, the first time six minutes after its start, and when it ends\n`)
  }
  out(json ? replayJson(replay) : replayText(replay))
  return 0
}

interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** What `--from` and `--to` say. */
function spanAsked (values: { from?: string | undefined, to?: string | undefined }): Partial<Span> {
  const parameters = new URLSearchParams()
  for (const name of ['from', 'to'] as const) if (values[name] !== undefined) parameters.set(name, values[name])
  try {
    const { fromMs, toMs } = attributionQuery(parameters)
    return { ...fromMs === undefined ? {} : { fromMs }, ...toMs === undefined ? {} : { toMs } }
  } catch (error) {
    throw new UsageError((error as Error).message.replace(/^Parameter (?=from|to)/, '--'), { cause: error })
  }
}

/** The minutes that a host has not written to its journal yet, if it keeps them where the journal is. */
async function openWindows (reader: JournalReader, dir: string, progress: Output['progress']): Promise<OpenWindows | undefined> {
  const path = join(dir, 'aggregator', 'state.ndjson')
  try {
    return await OpenWindows.ofFile(reader, path)
  } catch (error) {
    progress(`${path} cannot be read, and so the newest minutes, which are not in the journal yet, are missing: ${(error as Error).message}\n`)
    return undefined
  }
}

async function spanOf (dir: string, asked: Partial<Span>, open: Span | undefined): Promise<Span> {
  const written = await journalSpan(dir)
  if (written === undefined && open === undefined) {
    const hint = await isDirectory(join(dir, 'journal')) ? `; is it ${join(dir, 'journal')}?` : ''
    throw new Error(`the journal ${dir} is empty${hint}`)
  }
  const span = {
    fromMs: Math.min(written?.fromMs ?? Infinity, open?.fromMs ?? Infinity), toMs: Math.max(written?.toMs ?? -Infinity, open?.toMs ?? -Infinity)
  }
  const [fromMs, toMs] = [asked.fromMs ?? span.fromMs, asked.toMs ?? Math.min(span.toMs, Date.now())]
  if (!(fromMs < toMs)) throw new UsageError(`--from: there is no history from ${new Date(fromMs).toISOString()} to ${new Date(toMs).toISOString()}`)
  return { fromMs, toMs }
}

function secondsOf (option: string, value: string | undefined, least: number): number | undefined {
  if (value === undefined) return undefined
  const seconds = Number(value)
  if (!(/^\d+$/.test(value) && seconds >= least)) throw new UsageError(`--${option} ${value}: expected whole seconds, ${least} or more`)
  return seconds * 1000
}

function addressOf (url: string | undefined): string | undefined {
  if (url === undefined || (URL.canParse(url) && /^https?:/.test(url))) return url
  throw new UsageError(`--external-url ${url}: expected an address, as in http://127.0.0.1:3000`)
}
