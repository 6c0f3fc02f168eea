import type { BoundCounter, BoundGauge, BoundObserver, Counter, Gauge, Histogram, InstrumentFactory } from '../contracts/instruments.js'

/** The `endpoint` of requests that no route matched: one value, whatever they asked for. */
export const NOT_FOUND_ENDPOINT = 'not_found'

/** Upper bounds in seconds, from 100 µs (a risk check answered from memory) to 10 s. */
export const HTTP_DURATION_BUCKETS: readonly number[] = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
]

/** Upper bounds in bytes: powers of four from 64 B to 16 MiB. */
const SIZE_BUCKETS_BYTES: readonly number[] = Array.from({ length: 10 }, (_, i) => 64 * 4 ** i)

/** The methods of RFC 9110 and PATCH (RFC 5789). */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'])

export interface HttpMetricsOptions {
  /** Upper bounds of `http_request_duration_seconds`, in seconds. @defaultValue {@link HTTP_DURATION_BUCKETS} */
  buckets?: readonly number[]
}

/**
 * The HTTP metrics of a server. `endpoint` is always a route's template, never a path, and `status` the numeric code:
 * the number of series is bounded by the code of the host, not by what its clients send.
 *
 * Every request is counted once when it is over: in `http_requests_total` if its response went out in full, or else in
 * `http_requests_aborted_total`.
 */
export class HttpMetrics {
  readonly #total: Counter<'method' | 'endpoint' | 'status'>
  readonly #duration: Histogram<'method' | 'endpoint' | 'status'>
  readonly #inProgress: Gauge<'method' | 'endpoint'>
  readonly #aborted: Counter<'method' | 'endpoint'>
  readonly #requestSize: Histogram<'method' | 'endpoint'>
  readonly #responseSize: Histogram<'method' | 'endpoint'>

  constructor (factory: InstrumentFactory, { buckets = HTTP_DURATION_BUCKETS }: HttpMetricsOptions = {}) {
    this.#total = factory.counter({
      name: 'http_requests_total',
      help: 'Requests whose response went out in full.',
      labelNames: ['method', 'endpoint', 'status']
    })
    this.#duration = factory.histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from a routed request to the end of its response.',
      unit: 'seconds',
      labelNames: ['method', 'endpoint', 'status'],
      buckets
    })
    this.#inProgress = factory.gauge({
      name: 'http_requests_in_progress', help: 'Requests that are being answered.', labelNames: ['method', 'endpoint']
    })
    this.#aborted = factory.counter({
      name: 'http_requests_aborted_total',
      help: 'Requests whose client went away before the response had gone out.',
      labelNames: ['method', 'endpoint']
    })
    this.#requestSize = factory.histogram({
      name: 'http_request_size_bytes',
      help: 'Request bodies by their Content-Length; a request without one is not observed.',
      unit: 'bytes',
      labelNames: ['method', 'endpoint'],
      buckets: SIZE_BUCKETS_BYTES
    })
    this.#responseSize = factory.histogram({
      name: 'http_response_size_bytes',
      help: 'Response bodies by their Content-Length; a response streamed without one is not observed.',
      unit: 'bytes',
      labelNames: ['method', 'endpoint'],
      buckets: SIZE_BUCKETS_BYTES
    })
  }

  /**
   * The metrics of one method of one route, to be kept and used for every request of it. Without a template (no route
   * matched) the endpoint is `not_found` and a method that HTTP does not know is `other`.
   */
  route (method: string, template: string | undefined): HttpRoute {
    const labels = template === undefined
      ? { method: METHODS.has(method) ? method : 'other', endpoint: NOT_FOUND_ENDPOINT }
      // An empty label is no label: the root of a prefix-less instance is `/`.
      : { method, endpoint: template === '' ? '/' : template }
    return new HttpRoute({
      // A response to HEAD states the length that it does not send.
      sendsBody: method !== 'HEAD',
      inProgress: this.#inProgress.labels(labels),
      aborted: this.#aborted.labels(labels),
      requestSize: this.#requestSize.labels(labels),
      responseSize: this.#responseSize.labels(labels),
      answers: status => ({
        total: this.#total.labels({ ...labels, status: String(status) }),
        duration: this.#duration.labels({ ...labels, status: String(status) })
      })
    })
  }
}

interface Answers {
  readonly total: BoundCounter
  readonly duration: BoundObserver
}

interface RouteInstruments {
  readonly sendsBody: boolean
  readonly inProgress: BoundGauge
  readonly aborted: BoundCounter
  readonly requestSize: BoundObserver
  readonly responseSize: BoundObserver
  /** Makes the instruments of one status code. */
  readonly answers: (status: number) => Answers
}

/** One method of one route. Each request calls `begin()`, then `answered()` if it was, then `end()`. */
export class HttpRoute {
  readonly #sendsBody: boolean
  readonly #inProgress: BoundGauge
  readonly #aborted: BoundCounter
  readonly #requestSize: BoundObserver
  readonly #responseSize: BoundObserver
  readonly #makeAnswers: (status: number) => Answers
  /** By status code less 100. */
  readonly #answers: Answers[] = []

  constructor (instruments: RouteInstruments) {
    this.#sendsBody = instruments.sendsBody
    this.#inProgress = instruments.inProgress
    this.#aborted = instruments.aborted
    this.#requestSize = instruments.requestSize
    this.#responseSize = instruments.responseSize
    this.#makeAnswers = instruments.answers
  }

  /** A request came in. */
  begin (): void {
    this.#inProgress.inc()
  }

  /** Its response went out in full; `status` is the numeric code, 100..999. A time that nobody knows is not observed. */
  answered (status: number, seconds: number | undefined): void {
    const answers = this.#answers[status - 100] ??= this.#makeAnswers(status)
    answers.total.inc()
    if (seconds !== undefined) answers.duration.observe(seconds)
  }

  /** It was answered and is over. Bytes are what Content-Length said, `undefined` when it said nothing. */
  end (requestBytes: string | number | undefined, responseBytes: string | number | undefined): void {
    this.#inProgress.dec()
    if (requestBytes !== undefined) this.#requestSize.observe(+requestBytes)
    if (responseBytes !== undefined && this.#sendsBody) this.#responseSize.observe(+responseBytes)
  }

  /** It is over, and the client went away before it was answered. */
  abort (): void {
    this.#inProgress.dec()
    this.#aborted.inc()
  }
}
