import type { Clock } from '../contracts/clock.js'
import type { InstrumentFactory } from '../contracts/instruments.js'
import type { Log } from '../contracts/log.js'
import { NJORD_ERR_INVALID_OPTION } from '../errors.js'
import { watchCalls, type AnyFunction, type CallWatcher } from './watch-calls.js'

/** Where decorated functions find their instruments: a `MetricRegistry` is one. */
export interface InstrumentSource extends InstrumentFactory {
  readonly clock: Clock
  readonly log: Log
}

/**
 * The source itself, `undefined` while telemetry is off, or a function that gives either: classes are often defined
 * before there is a registry. A function is asked at each call until it gives a source.
 */
export type InstrumentSourceRef = InstrumentSource | undefined | (() => InstrumentSource | undefined)

export interface CallOptions {
  /** The metric's name, when it is not the usual one. */
  readonly metricName?: string
  /** The value of the label `function`. @defaultValue the name of the function or method */
  readonly functionName?: string
}

type MethodDecorator = <F extends AnyFunction>(method: F, context: ClassMethodDecoratorContext) => F

/**
 * A standard decorator of methods, with or without options, and a wrapper of functions: `@watch`, `@watch(options)`,
 * `watch(fn)`, `watch(fn, options)`. What comes back has the type of what went in.
 */
export interface CallDecorator<O extends CallOptions> {
  <F extends AnyFunction>(method: F, context: ClassMethodDecoratorContext): F
  <F extends AnyFunction>(fn: F, options?: O): F
  (options?: O): MethodDecorator
}

/**
 * Makes a decorator of what makes a watcher for one function. Options are checked when a source is there: at once for
 * a source that is given, and past boot, in a first call, what is wrong is logged and the function goes unwatched.
 */
export function makeCallDecorator<O extends CallOptions> (
  ref: InstrumentSourceRef, makeWatcher: (source: InstrumentSource, functionName: string, options: Partial<O>) => CallWatcher
): CallDecorator<O> {
  function wrap<F extends AnyFunction> (fn: F, name: string, options: Partial<O>): F {
    const functionName = options.functionName ?? (name === '' ? 'anonymous' : name)
    if (ref === undefined) return fn
    if (typeof ref !== 'function') {
      const watcher = makeWatcher(ref, functionName, options)
      return watchCalls(fn, () => watcher)
    }
    let watcher: CallWatcher | undefined
    let isRefused = false
    return watchCalls(fn, () => {
      if (watcher !== undefined || isRefused) return watcher
      const source = ref()
      if (source === undefined) return undefined
      try {
        return (watcher = makeWatcher(source, functionName, options))
      } catch (error) {
        isRefused = true
        source.log.warn({ err: error, function: functionName }, 'a function goes unwatched: its metric was refused')
      }
    })
  }

  function decorate (first?: AnyFunction | O, second?: ClassMethodDecoratorContext | O): unknown {
    if (isContext(second)) return wrap(first as AnyFunction, methodName(second), {})
    if (typeof first === 'function') return wrap(first, first.name, (second ?? {}) as Partial<O>)
    return (method: AnyFunction, context: ClassMethodDecoratorContext) => wrap(method, methodName(context), first ?? {})
  }
  return decorate as CallDecorator<O>
}

function isContext (value: unknown): value is DecoratorContext {
  return typeof value === 'object' && value !== null && 'kind' in value && 'addInitializer' in value
}

/** Throws for what JavaScript lets be decorated and TypeScript does not: fields, accessors, classes. */
function methodName ({ kind, name }: DecoratorContext): string {
  if (kind !== 'method') throw new NJORD_ERR_INVALID_OPTION(String(name), `found a ${kind} decorated, expected a method`)
  return String(name)
}
