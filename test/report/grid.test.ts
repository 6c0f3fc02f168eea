import t from 'tap'
import { edgesOf, periodFor } from '../../src/report/grid.js'

const hourMs = 3_600_000
const iso = (edges: readonly number[]) => edges.map(edge => new Date(edge).toISOString().slice(5, 16))

t.test('periods begin and end with the calendar, the first and the last are cut short', async t => {
  const fromMs = Date.UTC(2022, 2, 26, 12)
  t.strictSame(iso(edgesOf(fromMs, fromMs + 48 * hourMs, 'day')), ['03-26T12:00', '03-27T00:00', '03-28T00:00', '03-28T12:00'])
  t.strictSame(iso(edgesOf(fromMs + 1, fromMs + 2 * hourMs, 'hour')), ['03-26T12:00', '03-26T13:00', '03-26T14:00'])
  t.equal(edgesOf(fromMs, fromMs + hourMs, 'minute').length, 61)
  t.strictSame(edgesOf(fromMs, fromMs, 'day'), [fromMs])
})

t.test('a day of a time zone may have 23 hours', async t => {
  const edges = edgesOf(Date.UTC(2022, 2, 26), Date.UTC(2022, 2, 29), 'day', 'Europe/Oslo')
  t.strictSame(iso(edges), ['03-26T00:00', '03-26T23:00', '03-27T22:00', '03-28T22:00', '03-29T00:00'])
  t.strictSame(iso(edgesOf(Date.UTC(2022, 0, 1), Date.UTC(2022, 0, 2, 12), 'day', 'Asia/Kathmandu')), ['01-01T00:00', '01-01T18:15', '01-02T12:00'])
})

t.test('the longer the time the longer the period', async t => {
  t.strictSame([0.1, 13.9, 14, 24 * 13.9, 24 * 14].map(hours => periodFor(hours * hourMs)), ['minute', 'minute', 'hour', 'hour', 'day'])
})
