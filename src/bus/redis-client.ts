import { NJORD_ERR_INVALID_OPTION, NJORD_ERR_REDIS_MISSING } from '../errors.js'

/** The part of a node-redis client that the bus calls; what `createClient()` of the package "redis" returns fits. */
export interface RedisClient {
  readonly options: { readonly socket?: object }
  readonly isReady: boolean
  duplicate (overrides?: object): RedisClient
  on (event: 'error', listener: (error: Error) => void): unknown
  connect (): Promise<unknown>
  destroy (): void
  publish (topic: string, text: string): Promise<unknown>
  subscribe (topic: string, listener: (text: string, topic: string) => void): Promise<unknown>
  unsubscribe (topic: string, listener: (text: string, topic: string) => void): Promise<unknown>
}

/** How each connection of a bus is made; aborting `signal` closes it at once. */
export const connectionOptions = (signal: AbortSignal) => ({
  // Or what was published while offline would arrive late.
  disableOfflineQueue: true,
  // A cache belongs to the host's own client.
  clientSideCache: undefined,
  maintNotifications: 'disabled' as const,
  // node-redis would start a timer for every publish; the bus bounds what is in flight itself.
  commandOptions: { timeout: undefined },
  // A server that hangs is found by its silence after a ping.
  pingInterval: 5_000,
  socket: { reconnectStrategy: false as const, socketTimeout: 15_000, signal }
})

/** Makes one client, not connected yet. */
export type MakeClient = (options: ReturnType<typeof connectionOptions>) => RedisClient

/** Where Redis is: exactly one of the two. */
export interface RedisTarget {
  /** `redis://[[user]:password@]host[:port][/database]`, or `rediss://` for TLS. */
  url?: string
  /** A client of the host. The bus opens two connections like it, and neither uses nor closes the client itself. */
  client?: RedisClient
}

/**
 * Returns what makes clients for `target`. The package "redis" is loaded here, and only for a URL.
 * Throws `NJORD_ERR_INVALID_OPTION` and `NJORD_ERR_REDIS_MISSING`.
 */
export async function clientMaker ({ url, client }: RedisTarget): Promise<MakeClient> {
  if ((url === undefined) === (client === undefined)) throw new NJORD_ERR_INVALID_OPTION('redis', 'expected either url or client')
  if (client !== undefined) {
    if (typeof client?.duplicate !== 'function') {
      throw new NJORD_ERR_INVALID_OPTION('redis.client', 'expected what createClient() of the package "redis" returns')
    }
    return options => client.duplicate({ ...options, socket: { ...client.options.socket, ...options.socket } })
  }
  checkUrl(url)
  const { createClient } = await importRedis()
  return options => createClient({ url: url!, ...options })
}

/** Throws what node-redis would throw later. No message shows the URL: it may hold a password. */
function checkUrl (url: unknown): void {
  const wrong = (found: string) => new NJORD_ERR_INVALID_OPTION('redis.url', `found ${found}, expected redis://host:port or rediss://host:port`)
  if (typeof url !== 'string' || !URL.canParse(url)) throw wrong('what is not a URL')
  const { protocol, pathname, username, password } = new URL(url)
  if (protocol !== 'redis:' && protocol !== 'rediss:') throw wrong(`the protocol ${protocol}`)
  if (!/^\/?\d*$/.test(pathname)) throw wrong('a database that is not a number')
  try {
    decodeURIComponent(username + password)
  } catch {
    throw wrong('a user or password with a broken percent escape')
  }
}

async function importRedis (): Promise<typeof import('redis')> {
  try {
    return await import('redis')
  } catch (error) {
    throw new NJORD_ERR_REDIS_MISSING({ cause: error })
  }
}
