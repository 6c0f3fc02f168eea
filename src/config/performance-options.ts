import { Type } from 'typebox'
import { isTimeZone } from '../clock/time-zone.js'
import { accessOptions } from './access-options.js'
import { live, optionsCheck, pluginOptions } from './options.js'

export const performanceOptions = {
  ...accessOptions,
  benchmark: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
  timeZone: Type.Optional(live(isTimeZone, 'a time zone as Europe/Oslo')),
  intervalMs: Type.Optional(Type.Integer({ minimum: 10 })),
  prefix: Type.Optional(Type.String())
}

/** Throws `NJORD_ERR_INVALID_OPTION` that names the option, what was found and what was expected. */
export const checkPerformanceOptions = optionsCheck(pluginOptions(performanceOptions))
