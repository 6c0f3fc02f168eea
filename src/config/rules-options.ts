import { Type } from 'typebox'
import { live, options, optionsCheck, pluginOptions } from './options.js'

const text = () => Type.String({ minLength: 1 })
const wholeMs = () => Type.Integer({ minimum: 1 })

/** When files are read anew. */
export const reloadOn = Type.Union([Type.Literal('change'), Type.Literal('SIGHUP'), Type.Literal(false)])

/** Files of rules, or patterns of them. */
export const ruleFiles = Type.Refine(Type.Array(text()), files => files.length > 0, () => 'a list of files or patterns')

/** The options of rules; those of the plugin and those of `njordTelemetry`'s `rules` are the same. */
export const rulesOptions = {
  files: ruleFiles,
  reload: Type.Optional(reloadOn),
  intervalMs: Type.Optional(wholeMs()),
  queryOffsetMs: Type.Optional(Type.Integer({ minimum: 0 })),
  resendDelayMs: Type.Optional(wholeMs()),
  externalLabels: Type.Optional(Type.Record(Type.String(), Type.String())),
  externalUrl: Type.Optional(live(value => typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value), 'an address as in http://10.0.0.5:3000')),
  state: Type.Optional(text()),
  outageToleranceMs: Type.Optional(Type.Number({ minimum: 0 })),
  forGraceMs: Type.Optional(Type.Number({ minimum: 0 })),
  sink: Type.Optional(live<Record<string, unknown> | null | undefined>(value => typeof value?.['post'] === 'function', 'an object with the method post'))
}

/** What stands under `rules` of `njordTelemetry`. */
export const nestedRulesOptions = options(rulesOptions)

/** Throws `NJORD_ERR_INVALID_OPTION` that names the option, what was found and what was expected. */
export const checkRulesOptions = optionsCheck(pluginOptions(rulesOptions))
