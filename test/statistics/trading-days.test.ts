import t from 'tap'
import { dailyPnl, dailyReturns, TradingCalendar } from '../../src/statistics/index.js'

const at = (text: string) => Date.parse(text)

t.test('sums PnL and compounds returns by the day of the trader', async t => {
  const times = ['2022-03-26T23:30Z', '2022-03-27T00:30Z', '2022-03-27T21:30Z', '2022-03-27T22:30Z'].map(at)
  t.same(dailyPnl(times, [1, 2, 4, 8]), [{ day: '2022-03-26', value: 1 }, { day: '2022-03-27', value: 14 }])
  // Berlin: winter time ends at 01:00Z, so this Sunday has 23 hours and ends at 22:00Z.
  t.same(dailyPnl(times, [1, 2, 4, 8], { timeZone: 'Europe/Berlin' }), [{ day: '2022-03-27', value: 7 }, { day: '2022-03-28', value: 8 }])
  t.same(dailyPnl(times, [1, null, 4, NaN]).map(({ value }) => value), [1, 4])
  t.same(dailyReturns(times, [0.1, 0.1, 0.1, -1]).map(({ value }) => value.toFixed(6)), ['0.100000', '-1.000000'])
})

t.test('keeps the pennies of a day', async t => {
  t.same(dailyPnl([0, 1, 2], [1e16, 0.01, -1e16]), [{ day: '1970-01-01', value: 0.01 }])
})

t.test('knows every day of every zone, in any order', async t => {
  for (const timeZone of ['UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Apia', 'Pacific/Kiritimati']) {
    const calendar = new TradingCalendar(timeZone)
    const plain = new Intl.DateTimeFormat('sv-SE', { timeZone })
    let seed = 7
    for (let i = 0; i < 400; i++) {
      seed = (seed * 48_271) % 2_147_483_647
      // Half the times in order, half anywhere between 1975 and 2043.
      const timeMs = i % 2 === 0 ? at('2011-12-28T00:00Z') + i * 1_234_567 : at('1975-01-01') + seed * 1000
      if (calendar.dayOf(timeMs) !== plain.format(timeMs)) t.fail(`${timeZone} ${timeMs}: ${calendar.dayOf(timeMs)}`)
    }
  }
  t.throws(() => new TradingCalendar('Nowhere/Land'), RangeError)
})
