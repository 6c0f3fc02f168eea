import { Type } from 'typebox'
import { options, optionsCheck, pluginOptions, withMethods } from './options.js'
import { fsync } from './journal-options.js'
import { accessOptions } from './telemetry-options.js'

const text = () => Type.String({ minLength: 1 })
const amount = () => Type.Number({ exclusiveMinimum: 0 })
const count = () => Type.Integer({ minimum: 1 })

const publisher = {
  instance: text(),
  flushMs: Type.Optional(amount()),
  fullEvery: Type.Optional(count()),
  maxBytes: Type.Optional(Type.Integer({ minimum: 1024 })),
  spool: Type.Optional(text())
}

const limits = {
  state: Type.Optional(text()),
  graceMs: Type.Optional(Type.Number({ minimum: 0 })),
  silentMs: Type.Optional(amount()),
  forgetMs: Type.Optional(amount()),
  maxBytes: Type.Optional(count()),
  maxSeries: Type.Optional(count()),
  maxKeptWindows: Type.Optional(count())
}

const aggregator = {
  ...limits,
  ...accessOptions,
  sink: Type.Optional(withMethods(['write'], 'a sink for windows')),
  path: Type.Optional(Type.Refine(text(), path => path.startsWith('/'), () => 'a path that starts with /'))
}

const start = {
  ...limits,
  ...accessOptions,
  redis: text(),
  listen: options({ port: Type.Integer({ minimum: 0, maximum: 65535 }), host: Type.Optional(text()) }),
  journal: Type.Optional(text()),
  fsync,
  retention: Type.Optional(text()),
  logger: Type.Optional(Type.Unknown())
}

/** Each throws `NJORD_ERR_INVALID_OPTION` that names the option, what was found and what was expected. */
export const checkPublisherOptions = optionsCheck(pluginOptions(publisher))
export const checkAggregatorOptions = optionsCheck(pluginOptions(aggregator))
export const checkStartAggregatorOptions = optionsCheck(options(start))
