import { fileURLToPath } from 'node:url'
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import njordTelemetry, { type NjordTelemetryOptions } from '../../plugins/telemetry.js'
import type { Clock } from '../../src/contracts/clock.js'
import type { Ledger } from '../../src/portfolio/ledger.js'
import { paperVenue } from './broker.js'
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

/**
 * Builds the whole paper trader on one Fastify host: telemetry, trading parts, HTTP API and the replay of its feed.
 * The caller listens, runs the replay, and closes the host.
 */
export async function buildHost ({ feed, clock, wall, speed, seed, caps, strategies, telemetry, logger }: HostOptions): Promise<PaperTrader> {
  const app = Fastify({ logger: logger ?? false })
  const isReplay = clock.advanceTo !== undefined
  const isRacing = speed === Infinity
  // As fast as it goes, the market's time runs by the hour in a second: sampled every five of its seconds, that is what a replay would mostly do.
  const series = { intervalMs: isRacing ? 60_000 : 5000 }
  const rules = telemetry?.series === false ? undefined : { files: [isReplay ? alerts.replay : alerts.live], intervalMs: isRacing ? 60_000 : 15_000 }
  // The machine's memory and delays of some seconds say nothing beside a month of the market.
  const runtime = !isRacing
  // What is given to strategies is what their returns and drawdowns refer to: equal parts, and one for trades by hand.
  const names = [...Object.keys(strategies ?? houseStrategies), manual]
  const allocations = Object.fromEntries(names.map(name => [name, startingCash / names.length]))
  const portfolio = { portfolioId: 'paper', startingCash, allocations }
  const performance = { benchmark: feed.symbols, intervalMs: isRacing ? 60_000 : 1000 }
  await app.register(njordTelemetry, { enabled: true, clock, portfolio, performance, series, rules, runtime, ...telemetry })

  const { bus, emit, on } = app.njord
  const ledger = app.njord.ledger!
  const tally = new Tally()
  on(tally.listeners)
  const { broker, risk } = openTrading({ bus, emit, clock, ledger, seed, caps, strategies })
  await app.register(routes, { bus, ledger, broker, risk })
  const settled = async (): Promise<void> => {
    if (app.hasDecorator('njordRules')) await app.njordRules.settled()
    if (app.hasDecorator('njordRouting')) await app.njordRouting.settled()
  }
  const replay = new Replay({ feed, bus, emit, clock, wall, speed, venue: paperVenue.venue, settled })
  app.addHook('onClose', async () => { replay.stop() })
  return { app, replay, ledger, tally }
}
