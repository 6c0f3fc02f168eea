import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface MarketFile {
  readonly path: string
  /** To be named in a test's title. */
  readonly title: string
  /** Why it cannot be tested, or `false` when it can: to be handed to tap's `skip`, which says so. */
  readonly missing: string | false
}

const names = ['btc-perp-1m-2022-01', 'eth-usdt-trades-2023-02-02', 'xrp-eth-trades-2019-10-11']

/** Real market data: the beginning of each file, which is here, and the whole ones, kept beside the repository. */
export const marketFiles: readonly MarketFile[] = names.flatMap(name => {
  const excerpt = fileURLToPath(new URL(`../../fixtures/market/${name}.csv`, import.meta.url))
  const whole = fileURLToPath(new URL(`../../../../shared/data/market/${name}.csv.gz`, import.meta.url))
  return [
    { path: excerpt, title: `the beginning of ${name}`, missing: false },
    {
      path: whole,
      title: `the whole of ${name}`,
      missing: existsSync(whole) ? false : `NOT TESTED: expected ../shared/data/market/${name}.csv.gz beside the repository`
    }
  ]
})
