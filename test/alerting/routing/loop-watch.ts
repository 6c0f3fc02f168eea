/**
 * Looks at every turn of the event loop; the answer ends it: the longest turn, in milliseconds, by the wall clock or by the processor's time, whichever
 * is less: what others take of a busy machine does not count.
 */
export function watchLoop (): () => number {
  let isOn = true
  let longestMs = 0
  let lastMs = performance.now()
  let used = process.cpuUsage()
  const look = (): void => {
    const nowMs = performance.now()
    const { user, system } = process.cpuUsage(used)
    longestMs = Math.max(longestMs, Math.min(nowMs - lastMs, (user + system) / 1000))
    lastMs = nowMs
    used = process.cpuUsage()
    if (isOn) setImmediate(look)
  }
  setImmediate(look)
  return () => {
    isOn = false
    return longestMs
  }
}
