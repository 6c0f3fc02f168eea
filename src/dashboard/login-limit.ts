import type { Clock } from '../contracts/clock.js'

/** So many wrong attempts in a row an address has, and one more for each `refillSeconds`. */
const attemptsPerAddress = 5
const addressRefillSeconds = 12
/** The same for all addresses together: an attacker may have many. */
const attemptsInAll = 50
const allRefillSeconds = 1
const mostAddresses = 1000

interface Bucket { left: number, atSeconds: number }

/** How often a token may be guessed. The table of addresses is bounded: the one that has been quiet longest makes way. */
export class LoginLimit {
  readonly #clock: Clock
  readonly #addresses = new Map<string, Bucket>()
  readonly #all: Bucket = { left: attemptsInAll, atSeconds: 0 }

  constructor (clock: Clock) {
    this.#clock = clock
    this.#all.atSeconds = clock.monotonicSeconds()
  }

  /** How many addresses are remembered. */
  get size (): number {
    return this.#addresses.size
  }

  /** In how many seconds an address may try (again); 0 for now. */
  waitSeconds (address: string): number {
    const bucket = this.#addresses.get(address)
    const own = bucket === undefined ? 0 : this.#wait(bucket, attemptsPerAddress, addressRefillSeconds)
    return Math.ceil(Math.max(own, this.#wait(this.#all, attemptsInAll, allRefillSeconds)))
  }

  /** An attempt of this address failed. */
  failed (address: string): void {
    const bucket = this.#addresses.get(address) ?? { left: attemptsPerAddress, atSeconds: this.#clock.monotonicSeconds() }
    this.#addresses.delete(address)
    if (this.#addresses.size >= mostAddresses) this.#addresses.delete(this.#addresses.keys().next().value!)
    this.#addresses.set(address, bucket)
    this.#refill(bucket, attemptsPerAddress, addressRefillSeconds)
    this.#refill(this.#all, attemptsInAll, allRefillSeconds)
    bucket.left = Math.max(0, bucket.left - 1)
    this.#all.left = Math.max(0, this.#all.left - 1)
  }

  /** It logged in: its mistakes are forgiven. */
  succeeded (address: string): void {
    this.#addresses.delete(address)
  }

  #wait (bucket: Bucket, most: number, refillSeconds: number): number {
    this.#refill(bucket, most, refillSeconds)
    return bucket.left >= 1 ? 0 : (1 - bucket.left) * refillSeconds
  }

  #refill (bucket: Bucket, most: number, refillSeconds: number): void {
    const nowSeconds = this.#clock.monotonicSeconds()
    bucket.left = Math.min(most, bucket.left + (nowSeconds - bucket.atSeconds) / refillSeconds)
    bucket.atSeconds = nowSeconds
  }
}
