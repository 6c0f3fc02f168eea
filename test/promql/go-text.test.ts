import t from 'tap'
import { formatFixed, formatPlain } from '../../src/promql/go-number.js'
import { goQuote, goQuoteRune, goUnicode, unquote } from '../../src/promql/go-text.js'

await t.test('quotes as strconv.Quote does', async t => {
  for (const [text, expected] of [
    ['plain', '"plain"'],
    ['a"b\\c', '"a\\"b\\\\c"'],
    ['\x07\b\f\n\r\t\v', '"\\a\\b\\f\\n\\r\\t\\v"'],
    ['\0\x7f', '"\\x00\\x7f"'],
    ['é😀', '"é😀"'],
    ['\u00a0\u200b\u00ad', '"\\u00a0\\u200b\\u00ad"'],
    ['\u{e0001}', '"\\U000e0001"'],
    ['\udcff', '"\\xff"'],
    ['\ufffd', '"\ufffd"']
  ] as const) {
    t.equal(goQuote(text), expected)
  }
  t.same(['a', "'", '"', '\n', ''].map(goQuoteRune), ["'a'", "'\\''", "'\"'", "'\\n'", "'\ufffd'"])
  t.same(['q', '\x07', '😀'].map(goUnicode), ["U+0071 'q'", 'U+0007', "U+1F600 '😀'"])
})

await t.test('reads string literals, bytes that are no UTF-8 among them', async t => {
  for (const [literal, expected] of [
    ['""', ''],
    ["'a'", 'a'],
    ['`\\n`', '\\n'],
    ['"\\a\\b\\f\\n\\r\\t\\v\\\\\\""', '\x07\b\f\n\r\t\v\\"'],
    ["'\\''", "'"],
    ['"x\\x41\\101\\u00e9\\U0001F600y"', 'xAA\u00e9😀y'],
    ['"\\xc3\\xa9"', 'é'],
    ['"\\303\\251\\xf0\\x9f\\x98\\x80\\xe2\\x82\\xac"', 'é😀€'],
    ['"\\xff\\xc3\\xa9\\xe2\\x82"', '\udcffé\udce2\udc82'],
    ['"\\U0001F600\\xff"', '😀\udcff']
  ] as const) {
    t.equal(unquote(literal), expected, literal)
  }
})

await t.test('writes numbers without exponents', async t => {
  for (const [value, expected] of [
    [0, '0'], [-0, '-0'], [1.5, '1.5'], [1e21, '1000000000000000000000'], [-1.25e22, '-12500000000000000000000'], [1e-7, '0.0000001'],
    [-1.5e-9, '-0.0000000015'], [Infinity, '+Inf'], [-Infinity, '-Inf'], [NaN, 'NaN']
  ] as const) {
    t.equal(formatPlain(value), expected)
  }
  t.same([1.5, -0, 1 / 128, 3 / 128, 1e21, NaN].map(value => formatFixed(value)), ['1.500000', '-0.000000', '0.007812', '0.023438', '1000000000000000000000.000000', 'NaN'])
})
