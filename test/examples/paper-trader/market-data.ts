import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Real market data, kept beside the repository. */
const folder = fileURLToPath(new URL('../../../../shared/data/market/', import.meta.url))

/** Why the tests on real data cannot run, or `false` when they can: to be handed to tap's `skip`, which says so. */
export const marketDataMissing: string | false = existsSync(folder)
  ? false
  : 'NOT TESTED: the real market data is missing, expected it in ../shared/data/market beside the repository'

export function marketFile (name: string): string {
  return folder + name
}
