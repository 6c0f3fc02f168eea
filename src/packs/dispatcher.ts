import type { EventListener, EventListeners, EventName, TradingEvents, Emit } from '../contracts/events.js'
import { eventNames } from '../contracts/events.js'
import type { BoundCounter, InstrumentFactory } from '../contracts/instruments.js'
import type { Log } from '../contracts/log.js'
import { silentLog } from '../contracts/log.js'

export interface DispatcherOptions {
  /** Where `njord_event_listener_errors_total{event}` is registered; errors go uncounted without it. */
  readonly instruments?: InstrumentFactory
  readonly log?: Log
}

/** Calls without a throw after which a listener that threw counts as recovered, so that a flapping one does not flood the log. */
const recoveryCalls = 1000

interface Entry {
  readonly listener: (payload: never) => unknown
  readonly event: EventName
  /** Counts down to 0 from the last throw. */
  callsToRecovery: number
}

/**
 * Hands each trading event to its listeners: synchronously, in the order in which they were added, each isolated from
 * the host and from the others. A listener may emit events itself, and may add and remove listeners: both take effect
 * with the next event.
 */
export class EventDispatcher {
  /** By event name; each array is replaced, never changed, so that an emission under way is not disturbed. */
  readonly #entries = new Map<EventName, readonly Entry[]>()
  readonly #errors = new Map<EventName, BoundCounter>()
  readonly #log: Log

  constructor ({ instruments, log = silentLog }: DispatcherOptions = {}) {
    this.#log = log
    const errors = instruments?.counter({
      name: 'njord_event_listener_errors_total',
      help: 'Trading events of which a listener threw.',
      labelNames: ['event'],
      labelRules: { event: { values: eventNames } }
    })
    for (const event of eventNames) {
      this.#entries.set(event, [])
      if (errors !== undefined) this.#errors.set(event, errors.labels({ event }))
    }
  }

  /** Says what happened. Never throws; an unknown event is nobody's. Bound: may be passed on as a function. */
  readonly emit: Emit = <E extends EventName>(event: E, payload: TradingEvents[E]): void => {
    const entries = this.#entries.get(event)
    if (entries === undefined) return
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i]!
      try {
        const result = entry.listener(payload as never)
        // An async function passes for a listener; its rejection would end the process.
        if (result !== undefined) this.#watch(entry, result)
        if (entry.callsToRecovery !== 0) this.#calm(entry)
      } catch (error) {
        this.#fail(entry, error)
      }
    }
  }

  /** Adds listeners. Returns a function that removes them, to be called once or more. */
  on (listeners: EventListeners): () => void {
    const added: Entry[] = []
    for (const event of eventNames) {
      const listener = listeners[event] as EventListener<EventName> | undefined
      if (listener === undefined) continue
      const entry: Entry = { listener: listener.bind(listeners), event, callsToRecovery: 0 }
      added.push(entry)
      this.#entries.set(event, [...this.#entries.get(event)!, entry])
    }
    return () => {
      for (const entry of added) this.#entries.set(entry.event, this.#entries.get(entry.event)!.filter(other => other !== entry))
    }
  }

  #watch (entry: Entry, result: unknown): void {
    if (result instanceof Promise) result.catch((error: unknown) => { this.#fail(entry, error) })
  }

  #fail (entry: Entry, error: unknown): void {
    this.#errors.get(entry.event)?.inc()
    const isNew = entry.callsToRecovery === 0
    entry.callsToRecovery = recoveryCalls
    if (isNew) this.#log.error({ err: error, event: entry.event }, 'a listener of a trading event throws; trading goes on')
  }

  #calm (entry: Entry): void {
    entry.callsToRecovery--
    if (entry.callsToRecovery === 0) this.#log.info({ event: entry.event }, 'a listener of a trading event works again')
  }
}
