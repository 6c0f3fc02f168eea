import type { AggregatorState } from './aggregator-state.js'

/**
 * Where a gauge has as many label sets as it may, those that vanished make room for new ones: once no process has them and
 * no window that is to be written holds a sample of them, which is a day at the most.
 */
export function freeRows ({ families, origins, windows }: Pick<AggregatorState, 'families' | 'origins' | 'windows'>): void {
  for (const family of families.all) {
    if (family.type !== 'gauge' || !family.gauges.isFull) continue
    const held = new Uint8Array(family.length)
    for (const origin of origins.values()) origin.markHeld(family, held)
    for (const window of windows.all()) window.markSampled(family, held)
    family.gauges.free(held)
  }
}
