import { Type } from 'typebox'
import { live, options, optionsCheck, pluginOptions } from './options.js'
import { accessOptions } from './access-options.js'
import { reloadOn } from './rules-options.js'

const text = () => Type.String({ minLength: 1 })
const httpUrl = () => live(
  value => typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), 'an address that starts with http:// or https://')

const alertmanager = options({
  url: httpUrl(),
  token: Type.Optional(text()),
  username: Type.Optional(text()),
  password: Type.Optional(text()),
  timeoutMs: Type.Optional(Type.Number({ exclusiveMinimum: 0 }))
})

const flapDamping = options({
  receiver: text(),
  starts: Type.Integer({ minimum: 2 }),
  windowMs: Type.Number({ exclusiveMinimum: 0 }),
  holdMs: Type.Number({ exclusiveMinimum: 0 })
})

/** The options of routing. */
export const routingOptions = {
  ...accessOptions,
  file: Type.Optional(text()),
  reload: Type.Optional(reloadOn),
  dir: Type.Optional(text()),
  externalUrl: Type.Optional(httpUrl()),
  alertmanagers: Type.Optional(Type.Array(alertmanager)),
  flapDamping: Type.Optional(Type.Array(flapDamping)),
  maxAlerts: Type.Optional(Type.Integer({ minimum: 1 })),
  ledgerSize: Type.Optional(Type.Integer({ minimum: 1 }))
}

/** Throws `NJORD_ERR_INVALID_OPTION` that names the option, what was found and what was expected. */
export const checkRoutingOptions = optionsCheck(pluginOptions(routingOptions))
