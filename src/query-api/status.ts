import { hostname } from 'node:os'

/** The version of Prometheus whose HTTP API and PromQL are spoken here: clients choose their requests by it. */
const SPEAKS = '3.5.0'

/** The answer of `status/buildinfo`. */
export function buildInfo (packageVersion: string): Readonly<Record<string, string>> {
  return {
    version: SPEAKS,
    revision: `njord-telemetry ${packageVersion}`,
    branch: '',
    buildUser: '',
    buildDate: '',
    goVersion: `node ${process.version}`
  }
}

/**
 * The answer of `status/runtimeinfo`. Fields that only a Go program fills are there, and empty.
 * @param retention how long samples are kept, as in `6h`
 */
export function runtimeInfo (startedMs: number, nowMs: number, retention: string): Readonly<Record<string, string | number | boolean>> {
  const started = new Date(startedMs).toISOString()
  return {
    startTime: started,
    CWD: process.cwd(),
    hostname: hostname(),
    serverTime: new Date(nowMs).toISOString(),
    reloadConfigSuccess: true,
    lastConfigTime: started,
    corruptionCount: 0,
    goroutineCount: 0,
    GOMAXPROCS: 1,
    GOMEMLIMIT: 0,
    GOGC: '',
    GODEBUG: '',
    storageRetention: retention
  }
}
