import { Type } from 'typebox'
import { optionsCheck, pluginOptions } from './options.js'

const text = () => Type.String({ minLength: 1 })
const milliseconds = () => Type.Number({ exclusiveMinimum: 0 })

export const fsync = Type.Optional(Type.Union([Type.Literal('always'), Type.Literal('interval'), Type.Literal('never')]))

/** Throws `NJORD_ERR_INVALID_OPTION` that names the option, what was found and what was expected. */
export const checkJournalOptions = optionsCheck(pluginOptions({
  dir: text(),
  fsync,
  fsyncIntervalMs: Type.Optional(milliseconds()),
  maxQueuedWindows: Type.Optional(Type.Integer({ minimum: 1 })),
  retryMs: Type.Optional(milliseconds()),
  retention: Type.Optional(text())
}))
