import { Type } from 'typebox'
import { optionsCheck } from './options.js'

const strict = { additionalProperties: false }
const text = () => Type.String({ minLength: 1 })

const access = { token: Type.Optional(Type.String()), allow: Type.Optional(Type.Array(Type.String())) }

/** The options of the plugin `njord-telemetry`: what JSON can say of them; live objects are checked where they are used. */
const TelemetryPluginSchema = Type.Object({
  enabled: Type.Optional(Type.Boolean()),
  clock: Type.Optional(Type.Unknown()),
  registry: Type.Optional(Type.Unknown()),
  created: Type.Optional(Type.Boolean()),
  bus: Type.Optional(Type.Unknown()),
  packs: Type.Optional(Type.Array(Type.Unknown())),
  portfolio: Type.Optional(Type.Object({
    portfolioId: text(),
    startingCash: Type.Number({ exclusiveMinimum: 0 }),
    method: Type.Optional(Type.Union([Type.Literal('average'), Type.Literal('fifo')])),
    allocations: Type.Optional(Type.Record(Type.String(), Type.Number({ exclusiveMinimum: 0 }))),
    markIntervalMs: Type.Optional(Type.Number({ minimum: 0 }))
  }, strict)),
  exporter: Type.Optional(Type.Union([Type.Literal(false), Type.Object({
    ...access,
    path: Type.Optional(Type.String({ pattern: '^/' })),
    listen: Type.Optional(Type.Object({
      port: Type.Integer({ minimum: 0, maximum: 65535 }), host: Type.Optional(text())
    }, strict))
  }, strict)])),
  http: Type.Optional(Type.Union([Type.Literal(false), Type.Object({
    exclude: Type.Optional(Type.Array(Type.Unknown())), buckets: Type.Optional(Type.Array(Type.Number()))
  }, strict)])),
  runtime: Type.Optional(Type.Boolean()),
  // Fastify's own, which it hands to every plugin.
  prefix: Type.Optional(Type.String()),
  logLevel: Type.Optional(Type.Unknown()),
  logSerializers: Type.Optional(Type.Unknown())
}, strict)

/** Throws `NJORD_ERR_INVALID_OPTION` that names the option, what was found and what was expected. */
export const checkTelemetryOptions = optionsCheck(TelemetryPluginSchema)
