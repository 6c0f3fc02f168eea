/** How a rule fared when it was last evaluated. */
export class RuleHealth {
  status: 'unknown' | 'ok' | 'err' = 'unknown'
  /** In Prometheus's words; `undefined` while all is well. */
  lastError: string | undefined
  /** How long it took, in seconds. */
  evaluationSeconds = 0
  /** When it began, in milliseconds since the Unix epoch; `undefined` before the first time. */
  lastEvaluationMs: number | undefined

  succeed (): void {
    this.status = 'ok'
    this.lastError = undefined
  }

  fail (message: string): void {
    this.status = 'err'
    this.lastError = message
  }

  took (startMs: number, seconds: number): void {
    this.lastEvaluationMs = startMs
    this.evaluationSeconds = seconds
  }
}
