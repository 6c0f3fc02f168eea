import fc from 'fast-check'
import t from 'tap'
import { negotiateEncoding, negotiateFormat } from '../../src/exposition/negotiate.js'

const prometheus242 = 'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1'
const prometheus35 = 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,' +
  'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2'
const prometheusProtobuf = 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,' + prometheus35.replaceAll('q=0.6', 'q=0.5')
const chromium = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7'

const formats: ReadonlyArray<[string | undefined, 'text' | 'openmetrics']> = [
  [undefined, 'text'], ['', 'text'], ['*/*', 'text'], ['text/*', 'text'], ['application/*', 'text'], ['text/plain', 'text'],
  ['application/openmetrics-text', 'openmetrics'],
  ['APPLICATION/OpenMetrics-Text', 'openmetrics'],
  ['application/openmetrics-text; version=1.0.0', 'openmetrics'],
  ['application/openmetrics-text;version="1.0.0";charset=utf-8', 'openmetrics'],
  ['application/openmetrics-text;version=0.0.1', 'openmetrics'],
  ['application/openmetrics-text;version=9.9.9', 'text'],
  ['application/openmetrics-text;q=0', 'text'],
  ['application/openmetrics-text;q=0, */*', 'text'],
  ['application/openmetrics-text;q=0.5, text/plain', 'text'],
  ['application/openmetrics-text;q=0.5, text/plain;q=0.4', 'openmetrics'],
  ['application/openmetrics-text, text/plain', 'openmetrics'],
  ['text/plain, application/openmetrics-text', 'openmetrics'],
  ['text/plain;version=0.0.4;q=0.9, application/openmetrics-text;q=0.899', 'text'],
  // The more specific range decides, whatever the others say.
  ['text/plain;q=0.1, */*;q=1, application/openmetrics-text;q=0.5', 'openmetrics'],
  ['text/*;q=0.1, application/openmetrics-text;q=0.5', 'openmetrics'],
  ['application/openmetrics-text;q=0.1, application/openmetrics-text;version=1.0.0;q=0.9, text/plain;q=0.5', 'openmetrics'],
  ['application/openmetrics-text;q=0.9, application/openmetrics-text;version=1.0.0;q=0.1, text/plain;q=0.5', 'text'],
  ['application/openmetrics-text;q=1.000', 'openmetrics'],
  ['application/openmetrics-text;Q=0.5', 'openmetrics'],
  // What is no quality is none at all.
  ['application/openmetrics-text;q=1.5', 'text'], ['application/openmetrics-text;q=-1', 'text'], ['application/openmetrics-text;q=0.1234', 'text'],
  ['application/openmetrics-text;q=NaN', 'text'], ['application/openmetrics-text;q=', 'text'], ['application/openmetrics-text;q=1e0', 'text'],
  [prometheus242, 'openmetrics'], [prometheus35, 'openmetrics'], [prometheusProtobuf, 'openmetrics'], [chromium, 'text'],
  ['text/html, text/plain;x="a,application/openmetrics-text;q=1"', 'text'],
  ['text/plain;x="\\",application/openmetrics-text', 'text'],
  ['application/json', 'text'], ['garbage', 'text'], [';;;,,,===', 'text'], ['application/openmetrics-text/x', 'text'], ['"', 'text'], ['\u0000', 'text']
]

t.test('the format is chosen by the Accept header', async t => {
  formats.forEach(([accept, format], i) => { t.equal(negotiateFormat(accept), format, `header ${i}: ${accept?.replaceAll(/[^ -~]/g, '?')}`) })
})

const encodings: ReadonlyArray<[string | undefined, 'gzip' | undefined]> = [
  [undefined, undefined], ['', undefined], ['gzip', 'gzip'], ['GZIP', 'gzip'], ['x-gzip', 'gzip'], ['*', 'gzip'], ['identity', undefined],
  ['gzip, deflate, br, zstd', 'gzip'], ['br', undefined], ['gzip;q=0', undefined], ['gzip;q=0, *', undefined], ['*;q=0', undefined],
  ['identity;q=0, gzip', 'gzip'], ['identity;q=0', undefined], ['identity;q=0, *', 'gzip'], ['gzip;q=0.5, identity', undefined],
  ['gzip;q=0.5, identity;q=0.5', 'gzip'], ['gzip;q=0.001', 'gzip'], ['gzip;q=1.0;x=y', 'gzip'], ['*;q=0.5, identity;q=0.8', undefined], [' gzip ', 'gzip'],
  ['gzip;q=x', undefined], ['gzipped', undefined], [',,;', undefined]
]

t.test('the encoding is chosen by the Accept-Encoding header', async t => {
  encodings.forEach(([header, encoding], i) => { t.equal(negotiateEncoding(header), encoding, `header ${i}: ${header}`) })
})

t.test('no header throws, or takes long', async t => {
  const piece = fc.oneof(fc.constantFrom('application/openmetrics-text', 'text/plain', 'gzip', '*/*', 'q=', 'version=', '"', '\\', ';', ',', '=', ' '), fc.string())
  fc.assert(fc.property(fc.array(piece, { maxLength: 40 }), pieces => {
    const header = pieces.join('')
    if (!['text', 'openmetrics'].includes(negotiateFormat(header))) throw new Error(header)
    negotiateEncoding(header)
  }), { seed: 10, numRuns: 2000 })
  for (const header of [','.repeat(16_000), ';q='.repeat(5000), '"'.repeat(16_000), `x;y="${'\\'.repeat(16_000)}`, 'gzip,'.repeat(3000)]) {
    t.equal(negotiateFormat(header), 'text')
    t.doesNotThrow(() => negotiateEncoding(header))
  }
})
