/** Any function or method. */
export type AnyFunction = (...args: never[]) => unknown

/** What is told of each call. Must not throw. */
export interface CallWatcher {
  /** A call begins; what it returns is handed to `end`. */
  begin (): number
  /** The call is over: it returned, its promise settled, its generator is done. Comes once. */
  end (begun: number, isError: boolean): void
}

/**
 * A function that does what `fn` does, with its name, length and type, and tells the watcher of each call. While
 * `watcherOf` gives `undefined`, calls go straight through.
 *
 * A promise ends its call when it settles, a generator when it is done, closed, or has thrown; one that nobody iterates
 * never ends. What is returned and thrown, and what happens to a rejection that nobody handles, stays as it is.
 */
export function watchCalls<F extends AnyFunction> (fn: F, watcherOf: () => CallWatcher | undefined): F {
  function watched (this: unknown, ...args: unknown[]): unknown {
    const watcher = watcherOf()
    if (watcher === undefined) return Reflect.apply(fn, this, args)
    const begun = watcher.begin()
    let result: unknown
    try {
      result = Reflect.apply(fn, this, args)
    } catch (error) {
      watcher.end(begun, true)
      throw error
    }
    if (typeof result === 'object' && result !== null) {
      if (result instanceof Promise) return watchPromise(result, watcher, begun)
      const kind = (result as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]
      if (kind === 'Generator') return watchGenerator(result as Generator, watcher, begun)
      if (kind === 'AsyncGenerator') return watchAsyncGenerator(result as AsyncGenerator, watcher, begun)
    }
    watcher.end(begun, false)
    return result
  }
  for (const key of Reflect.ownKeys(fn)) {
    if (!ownKeys.has(key)) Object.defineProperty(watched, key, Object.getOwnPropertyDescriptor(fn, key)!)
  }
  return watched as unknown as F
}

/** What a function of ours has of its own, and keeps. */
const ownKeys: ReadonlySet<string | symbol> = new Set(['prototype', 'arguments', 'caller'])

function watchPromise<T> (promise: Promise<T>, watcher: CallWatcher, begun: number): Promise<T> {
  // The new promise is handed on: one that nobody handles is still reported as unhandled.
  return promise.then(value => {
    watcher.end(begun, false)
    return value
  }, (error: unknown) => {
    watcher.end(begun, true)
    throw error
  })
}

function * watchGenerator (generator: Generator, watcher: CallWatcher, begun: number): Generator {
  let isError = false
  try {
    return yield * generator
  } catch (error) {
    isError = true
    throw error
  } finally {
    watcher.end(begun, isError)
  }
}

async function * watchAsyncGenerator (generator: AsyncGenerator, watcher: CallWatcher, begun: number): AsyncGenerator {
  let isError = false
  try {
    return yield * generator
  } catch (error) {
    isError = true
    throw error
  } finally {
    watcher.end(begun, isError)
  }
}
