import { Buffer } from 'node:buffer'
import { existsSync, openSync, readSync } from 'node:fs'

/** Of Linux: nanoseconds that the main thread was on a processor, to the microsecond. */
const SCHEDULE = `/proc/${process.pid}/task/${process.pid}/schedstat`

/** What the main thread alone has used of a processor, in milliseconds; where that cannot be told, the process with all its threads. */
function usage (): () => number {
  if (!existsSync(SCHEDULE)) {
    return () => {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1000
    }
  }
  const file = openSync(SCHEDULE, 'r')
  const buffer = Buffer.alloc(128)
  return () => Number.parseInt(buffer.toString('latin1', 0, readSync(file, buffer, 0, 128, 0)), 10) / 1e6
}

/**
 * Looks at every turn of the event loop; the answer ends it: the longest turn, in milliseconds, by the wall clock or by the processor's time, whichever
 * is less: what others take of a busy machine does not count.
 */
export function watchLoop (): () => number {
  const used = usage()
  let isOn = true
  let longestMs = 0
  let lastMs = performance.now()
  let lastUsed = used()
  const look = (): void => {
    const nowMs = performance.now()
    const nowUsed = used()
    longestMs = Math.max(longestMs, Math.min(nowMs - lastMs, nowUsed - lastUsed))
    lastMs = nowMs
    lastUsed = nowUsed
    if (isOn) setImmediate(look)
  }
  setImmediate(look)
  return () => {
    isOn = false
    return longestMs
  }
}
