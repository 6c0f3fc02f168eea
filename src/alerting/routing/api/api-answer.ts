/** What a request of Alertmanager's API is answered with; `body` is written as JSON, and nothing is written without one. */
export interface ApiAnswer {
  readonly status: number
  readonly body?: unknown
}

/** A refusal: a text, or what the validation of Alertmanager's API says. */
export class ApiRefusal extends Error {
  readonly answer: ApiAnswer

  constructor (status: number, body?: unknown) {
    super('refused')
    this.answer = body === undefined ? { status } : { status, body }
  }
}

/** A request that its schema refuses: `code` 400 for what cannot be read, 6xx for what is wrong with it. */
export function invalid (code: number, message: string): ApiRefusal {
  return new ApiRefusal(code === 400 ? 400 : 422, { code, message })
}

/** Milliseconds of a time as RFC 3339 writes it; `undefined` for what is none. */
export function parseTime (text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:[Zz]|[+-]\d\d:?\d\d))?$/.test(text)) return undefined
  const ms = Date.parse(text.replace(/([.,]\d{3})\d+/, '$1').replace(',', '.'))
  return Number.isNaN(ms) ? undefined : ms
}

/** A time as the API writes it: UTC, to the millisecond. */
export function apiTime (ms: number): string {
  return new Date(Math.floor(ms)).toISOString()
}
