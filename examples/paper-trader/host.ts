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

/** Thresholds of drawdown and of the event loop. */
const alerts = fileURLToPath(new URL('../../config/alerts.yaml', import.meta.url))

/**
 * Builds the whole paper trader on one Fastify host: telemetry, trading parts, HTTP API and the replay of its feed.
 * The caller listens, runs the replay, and closes the host.
 */
export async function buildHost ({ feed, clock, wall, speed, seed, caps, strategies, telemetry, logger }: HostOptions): Promise<PaperTrader> {
  const app = Fastify({ logger: logger ?? false })
  // As fast as it goes, the market's time runs by the hour in a second: sampled every five of its seconds, that is what a replay would mostly do.
  const series = { intervalMs: speed === Infinity ? 60_000 : 5000 }
  const rules = { files: [alerts], intervalMs: speed === Infinity ? 60_000 : 15_000 }
  // What is given to strategies is what their returns and drawdowns refer to: equal parts, and one for trades by hand.
  const names = [...Object.keys(strategies ?? houseStrategies), manual]
  const allocations = Object.fromEntries(names.map(name => [name, startingCash / names.length]))
  const portfolio = { portfolioId: 'paper', startingCash, allocations }
  const performance = { benchmark: feed.symbols, intervalMs: speed === Infinity ? 60_000 : 1000 }
  await app.register(njordTelemetry, { enabled: true, clock, portfolio, performance, series, rules, ...telemetry })

  const { bus, emit, on } = app.njord
  const ledger = app.njord.ledger!
  const tally = new Tally()
  on(tally.listeners)
  const { broker, risk } = openTrading({ bus, emit, clock, ledger, seed, caps, strategies })
  await app.register(routes, { bus, ledger, broker, risk })
  // As fast as it goes, the market waits for the rules: they look at what has not been forgotten yet.
  const settled = async (): Promise<void> => { if (app.hasDecorator('njordRules')) await app.njordRules.settled() }
  const replay = new Replay({ feed, bus, emit, clock, wall, speed, venue: paperVenue.venue, settled })
  app.addHook('onClose', async () => { replay.stop() })
  return { app, replay, ledger, tally }
}
