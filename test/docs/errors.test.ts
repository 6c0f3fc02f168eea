import t from 'tap'
import * as errors from '../../src/errors.js'
import { Document } from './documents.js'

await t.test('every code stands in docs/errors.md, and every code there exists', async t => {
  t.same(new Document('docs/errors.md').rowNames.sort(), Object.keys(errors).sort())
})

await t.test('says what closes the metrics listener after a failed listen', async t => {
  t.match(new Document('docs/errors.md').text, /After any `app\.listen` that failed[^.]*, call `app\.close\(\)`/)
})
