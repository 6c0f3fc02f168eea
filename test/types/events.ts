// Compiled by `npm run typecheck`, never run: what must not compile stands under a @ts-expect-error.
import { checkEvent, type Emit, type EventListeners, type EventName, type TradingEvents } from '../../plugins/index.js'

declare const emit: Emit

const intent = { strategyId: 'trend', symbol: 'BTC/USDT', side: 'buy', quantity: 1 } as const
emit('intentReceived', intent)
emit('intentReceived', { ...intent, intentId: '1', timestampNs: 1n })
emit('intentDenied', { ...intent, reason: 'Max position reached' })
// @ts-expect-error a wrong event name
emit('intentRecieved', intent)
// @ts-expect-error a wrong payload key
emit('intentReceived', { strategyID: 'trend', symbol: 'BTC/USDT', side: 'buy', quantity: 1 })
// @ts-expect-error a key too many
emit('marketTick', { symbol: 'BTC/USDT', price: 1, prize: 2 })
// @ts-expect-error a missing key
emit('intentDenied', intent)
// @ts-expect-error a side that is none
emit('intentReceived', { ...intent, side: 'long' })
// @ts-expect-error nanoseconds are bigint
emit('intentReceived', { ...intent, timestampNs: 1 })
// @ts-expect-error a payload is needed
emit('killSwitch')

const fill: TradingEvents['orderFilled'] = {
  orderId: '1', strategyId: 'trend', symbol: 'BTC/USDT', side: 'sell', venue: 'paper', quantity: 1, price: 2, fee: -0.1, complete: true
}
emit('orderFilled', fill)
// @ts-expect-error payloads are read-only
fill.price = 3

export const listeners: EventListeners = {
  orderFilled: ({ price, arrivalPrice }) => { price.toFixed(arrivalPrice?.toFixed().length) },
  // @ts-expect-error a key that the payload does not have
  marketTick: ({ bid }) => { String(bid) },
  // @ts-expect-error an event that is not there
  orderFiled: () => {}
}

export const name: EventName = 'equityMark'
export const checked: number = checkEvent('marketTick', JSON.parse('{}')).price
