import { Type } from 'typebox'
import { accessOptions } from './access-options.js'
import { live, optionsCheck, pluginOptions, withMethods } from './options.js'

const isPath = (value: unknown) => typeof value === 'string' && /^(\/[\w.~-]+)+$/.test(value)

export const dashboardOptions = {
  ...accessOptions,
  path: Type.Optional(live<unknown>(isPath, 'a path as in /dashboard')),
  sessionMs: Type.Optional(Type.Number({ minimum: 1000 })),
  maxClients: Type.Optional(Type.Integer({ minimum: 1 })),
  alerts: Type.Optional(withMethods(['read'], 'a source of alerts'))
}

/** Throws `NJORD_ERR_INVALID_OPTION` that names the option, what was found and what was expected. */
export const checkDashboardOptions = optionsCheck(pluginOptions(dashboardOptions))
