import { once } from 'node:events'
import type { Clock } from '../../contracts/clock.js'
import { SendFailure, type Integration, type Notification } from './notification.js'

/** What came of telling somebody. */
export interface DeliveryResult {
  readonly attempts: number
  /** `undefined` when it was taken. */
  readonly failure: Error | undefined
}

export interface DeliveryOptions {
  readonly clock: Clock
  /** When to give up until the group's next turn, in milliseconds since the Unix epoch. */
  readonly deadlineMs: number
  readonly signal: AbortSignal
  /** Called after each attempt with its length in seconds. */
  readonly attempted: (seconds: number, failure: Error | undefined) => void
  /** 0..1, spreads the attempts of many. */
  readonly random: () => number
}

const FIRST_BACKOFF_MS = 500
const LONGEST_BACKOFF_MS = 60_000

/**
 * Tries until it is taken, cannot be taken, or time is up. Alertmanager's RetryStage: waits of 0.5 s, half as long again each time, up to a
 * minute, half of it by chance.
 */
export async function deliver (integration: Integration, notification: Notification, options: DeliveryOptions): Promise<DeliveryResult> {
  const { clock, deadlineMs, signal, attempted, random } = options
  let backoffMs = FIRST_BACKOFF_MS
  for (let attempts = 1; ; attempts++) {
    const failure = await attempt(integration, notification, options)
    attempted(failure.seconds, failure.error)
    const { error } = failure
    if (error === undefined) return { attempts, failure: undefined }
    if (!(error instanceof SendFailure && error.isRetryable)) return { attempts, failure: error }
    const waitMs = Math.max(backoffMs * (0.5 + random()), error.retryAfterMs ?? 0)
    if (signal.aborted || clock.nowMs() + waitMs >= deadlineMs) return { attempts, failure: error }
    await sleep(clock, waitMs, signal)
    if (signal.aborted) return { attempts, failure: error }
    backoffMs = Math.min(backoffMs * 1.5, LONGEST_BACKOFF_MS)
  }
}

async function attempt (
  integration: Integration, notification: Notification, { clock, deadlineMs, signal }: DeliveryOptions
): Promise<{ seconds: number, error: Error | undefined }> {
  const started = clock.monotonicSeconds()
  const abort = new AbortController()
  const stop = (): void => { abort.abort(new SendFailure('it did not answer in time', { isRetryable: true })) }
  const timer = clock.after(Math.max(0, deadlineMs - clock.nowMs()), stop)
  signal.addEventListener('abort', stop)
  try {
    // Whatever becomes of what was sent: nobody waits for it for longer.
    await Promise.race([integration.send(notification, abort.signal), rejection(abort.signal)])
    return { seconds: clock.monotonicSeconds() - started, error: undefined }
  } catch (error) {
    const failure = abort.signal.aborted ? abort.signal.reason as Error : error instanceof Error ? error : new Error(String(error))
    return { seconds: clock.monotonicSeconds() - started, error: failure }
  } finally {
    timer.cancel()
    signal.removeEventListener('abort', stop)
  }
}

async function rejection (signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
  signal.throwIfAborted()
}

async function sleep (clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>(resolve => {
    const done = (): void => {
      timer.cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = clock.after(ms, done)
    signal.addEventListener('abort', done)
  })
}
