import t from 'tap'
import * as errors from '../src/errors.js'

t.test('every error has its own name as its code, a status and a message that takes what it is given', async t => {
  for (const [name, Class] of Object.entries(errors)) {
    const cause = new Error('the cause')
    const error = new (Class as new (...args: unknown[]) => InstanceType<typeof Class>)('first', 'second', 'third', { cause })
    t.equal(error.code, name)
    t.equal(error.cause, cause)
    t.ok(error instanceof Error && error instanceof Class)
    t.ok([400, 422, 499, 500, 503].includes(error.statusCode!), String(error.statusCode))
    t.notMatch(error.message, /%s|undefined/)
    t.match(String(error), `[${name}]: `)
  }
})

t.test('what is wrong with a value is a TypeError, what is wrong with a text is a SyntaxError', async t => {
  t.ok(new errors.NJORD_ERR_INVALID_OPTION('a', 'b') instanceof TypeError)
  t.ok(new errors.NJORD_ERR_INVALID_PAYLOAD('a') instanceof TypeError)
  t.ok(new errors.NJORD_ERR_INVALID_METRIC('a', 'b') instanceof TypeError)
  t.ok(new errors.NJORD_ERR_INVALID_JSON('a', 'b') instanceof SyntaxError)
})
