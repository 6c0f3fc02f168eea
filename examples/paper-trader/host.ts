import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import njordTelemetry, { type NjordTelemetryOptions } from '../../plugins/telemetry.js'
import type { Clock } from '../../src/contracts/clock.js'
import type { Ledger } from '../../src/portfolio/ledger.js'
import { paperVenue } from './broker.js'
import { keepData } from './data.js'
import type { Feed } from './feed/feed.js'
import { Replay, type MarketClock } from './replay.js'
import type { RiskCaps } from './risk-engine.js'
import { manual, routes } from './routes.js'
import type { MakeStrategy } from './strategies/strategy.js'
import { Tally } from './tally.js'
import { houseStrategies, openTrading } from './trading.js'

const startingCash = 100_000

export interface HostOptions {
  readonly feed: Feed
  /** The clock of the market, by which everything in the host goes. */
  readonly clock: MarketClock
  /** Real time, by which the replay keeps its pace. */
  readonly wall: Clock
  readonly speed: number
  readonly seed: number
  readonly caps?: RiskCaps
  readonly strategies?: Readonly<Record<string, MakeStrategy>>
  /** Files or patterns of rules. @defaultValue those of this folder and of `config/` */
  readonly rules?: readonly string[] | undefined
  /** An `alertmanager.yml`. @defaultValue every alert goes to the log and to the bus */
  readonly routes?: string | undefined
  /** The folder of the journal and of the states of alerts; without it they end with the process. */
  readonly data?: string | undefined
  /** Where people find the host, as alerts tell them. @defaultValue nowhere */
  readonly externalUrl?: string | undefined
  /** Changes to how the telemetry is registered; clock and books are those of the trader. */
  readonly telemetry?: Omit<NjordTelemetryOptions, 'clock' | 'portfolio'>
  /** @defaultValue no log */
  readonly logger?: FastifyServerOptions['logger']
}

export interface PaperTrader {
  readonly app: FastifyInstance
  readonly replay: Replay
  readonly ledger: Ledger
  readonly tally: Tally
}

/** Thresholds of drawdown and, live, of the event loop: it goes by real time, and a replay's rules by the market's. */
const alerts = {
  live: fileURLToPath(new URL('../../config/alerts.yaml', import.meta.url)),
  replay: fileURLToPath(new URL('alerts.yaml', import.meta.url))
}

/** How long a market as fast as possible waits for receivers of alerts that do not answer, in milliseconds of real time. */
const longestWaitMs = 1000

/**
 * Builds the whole paper trader on one Fastify host: telemetry, trading parts, HTTP API and the replay of its feed.
 * The caller listens, runs the replay, and closes the host.
 */
export async function buildHost (options: HostOptions): Promise<PaperTrader> {
  const { feed, clock, wall, speed, seed, caps, strategies, logger } = options
  const app = Fastify({ logger: logger ?? false })
  try {
    await registerTelemetry(app, options)
  } catch (error) {
    await app.close() // rules or routes that are wrong, a journal that is in use
    throw error
  }
  const { bus, emit, on } = app.njord
  const ledger = app.njord.ledger!
  const tally = new Tally()
  on(tally.listeners)
  const { broker, risk } = openTrading({ bus, emit, clock, ledger, seed, caps, strategies })
  await app.register(routes, { bus, ledger, broker, risk })
  const settled = async (): Promise<void> => {
    if (app.hasDecorator('njordPublisher')) await app.njordPublisher.flush()
    if (app.hasDecorator('njordRules')) await app.njordRules.settled()
    // Attempts are repeated by the market's time, which stands still meanwhile.
    if (app.hasDecorator('njordRouting')) await within(longestWaitMs, app.njordRouting.settled(), wall)
  }
  const replay = new Replay({ feed, bus, emit, clock, wall, speed, venue: paperVenue.venue, settled })
  app.addHook('onClose', async () => { replay.stop() })
  return { app, replay, ledger, tally }
}

async function registerTelemetry (app: FastifyInstance, options: HostOptions): Promise<void> {
  const { feed, clock, speed, strategies, telemetry, rules, routes, data, externalUrl } = options
  const isReplay = clock.advanceTo !== undefined
  const isRacing = speed === Infinity
  // As fast as it goes, the market's time runs by the hour in a second: sampled every five of its seconds, that is what a replay would mostly do.
  // Alerts are known again after a restart by their labels: the instance must be the same when the data folder has moved to another machine.
  const series = { intervalMs: isRacing ? 60_000 : 5000, ...data === undefined ? {} : { instance: 'paper-trader' } }
  const files = rules ?? [isReplay ? alerts.replay : alerts.live]
  const ruled = telemetry?.series === false ? undefined : { files, intervalMs: isRacing ? 60_000 : 15_000, externalUrl }
  const isRouted = ruled !== undefined || routes !== undefined || data !== undefined
  const routing = isRouted ? { file: routes, dir: data && join(data, 'alerts'), externalUrl } : undefined
  // The machine's memory and delays of some seconds say nothing beside a month of the market.
  const runtime = !isRacing
  // What is given to strategies is what their returns and drawdowns refer to: equal parts, and one for trades by hand.
  const names = [...Object.keys(strategies ?? houseStrategies), manual]
  const allocations = Object.fromEntries(names.map(name => [name, startingCash / names.length]))
  const portfolio = { portfolioId: 'paper', startingCash, allocations }
  const performance = { benchmark: feed.symbols, intervalMs: isRacing ? 60_000 : 1000 }
  if (data !== undefined) await keepData(app, { dir: data, clock, isReplay, flushMs: isRacing ? 60_000 : 1000 })
  const query = telemetry?.series === false ? undefined : { graph: true }
  await app.register(njordTelemetry, { enabled: true, clock, portfolio, performance, series, query, rules: ruled, routing, runtime, ...telemetry })
}

async function within (ms: number, work: Promise<void>, wall: Clock): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = wall.after(ms, resolve)
    work.then(resolve, reject).finally(() => { timer.cancel() })
  })
}
