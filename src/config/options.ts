import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { describe } from '../contracts/check.js'
import { NJORD_ERR_INVALID_OPTION } from '../errors.js'

/**
 * Makes a check of a plugin's options: it throws `NJORD_ERR_INVALID_OPTION` with the path of the first option that is
 * wrong, what was found and what was expected; an option nobody knows is wrong, too. The caller's object is not touched.
 */
export function optionsCheck (schema: TSchema): (options: unknown) => void {
  const validator = Compile(schema)
  return options => {
    if (validator.Check(options)) return
    const errors = validator.Errors(options)
    // Of the errors of a union, the one that says what is allowed.
    const error = errors.find(({ keyword }) => keyword !== 'boolean') ?? errors[0]!
    const path = error.instancePath.split('/').slice(1)
    if (error.keyword === 'additionalProperties') {
      const unknown = (error.params as { additionalProperties: string[] }).additionalProperties[0]!
      throw new NJORD_ERR_INVALID_OPTION([...path, unknown].join('.'), 'there is no such option')
    }
    const found = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], options)
    throw new NJORD_ERR_INVALID_OPTION(path.join('.'), `found ${describe(found)}, expected ${expectation(error)}`)
  }
}

function expectation ({ keyword, params, message }: { keyword: string, params: object, message: string }): string {
  if (keyword === 'type') return `a ${String((params as { type: unknown }).type)}`
  return message.replace(/^must (?:be|match|have) ?/, '')
}
