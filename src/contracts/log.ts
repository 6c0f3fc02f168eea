/** The part of a pino-style logger that this package calls; `fastify.log` and `pino()` both fit. */
export interface Log {
  info (fields: object, message: string): void
  warn (fields: object, message: string): void
  error (fields: object, message: string): void
}

/** A logger that says nothing. */
export const silentLog: Log = { info () {}, warn () {}, error () {} }
