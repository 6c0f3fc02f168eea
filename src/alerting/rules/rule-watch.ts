import { watch, type FSWatcher } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock, Timer } from '../../contracts/clock.js'
import type { Log } from '../../contracts/log.js'
import { findRuleFiles, loadRules } from './load-rules.js'
import type { RuleEngine } from './rule-engine.js'

/** An editor's save is several changes: they count as one. */
const QUIET_MS = 250

/** When rules are read anew: when their files change, when the process gets `SIGHUP`, or never. */
export type ReloadOn = 'change' | 'SIGHUP' | false

export interface RuleWatchOptions {
  readonly files: readonly string[]
  readonly engine: RuleEngine
  readonly reload: ReloadOn
  /** Real time, for what the file system does. */
  readonly clock: Clock
  readonly log: Log
}

/** Keeps an engine to what its files say. */
export class RuleWatch {
  readonly #options: RuleWatchOptions
  readonly #watchers = new Map<string, FSWatcher>()
  readonly #onSignal = (): void => { this.#soon() }
  #timer: Timer | undefined
  #loading: Promise<void> | undefined
  #isClosed = false

  constructor (options: RuleWatchOptions) {
    this.#options = options
  }

  async start (): Promise<void> {
    const { reload } = this.#options
    if (reload === 'SIGHUP') process.on('SIGHUP', this.#onSignal)
    if (reload === 'change') await this.#watch()
  }

  /** Reads the files now. What is wrong with them is told to the engine, which keeps the rules that it has. */
  async load (): Promise<void> {
    const { files, engine, log } = this.#options
    try {
      const groups = await loadRules(files)
      if (this.#isClosed) return
      engine.use(groups)
      log.info({ groups: groups.length, rules: groups.reduce((sum, { rules }) => sum + rules.length, 0) }, 'the rules were read anew')
    } catch (error) {
      engine.refused(error as Error)
    }
  }

  async close (): Promise<void> {
    this.#isClosed = true
    process.off('SIGHUP', this.#onSignal)
    this.#timer?.cancel()
    for (const watcher of this.#watchers.values()) watcher.close()
    await this.#loading
  }

  #soon (): void {
    this.#timer?.cancel()
    this.#timer = this.#options.clock.after(QUIET_MS, () => {
      this.#loading = (this.#loading ?? Promise.resolve()).then(async () => {
        await this.load()
        if (this.#options.reload === 'change' && !this.#isClosed) await this.#watch()
      })
    })
  }

  /** Directories are watched: files are replaced more often than they are written to. */
  async #watch (): Promise<void> {
    const { files, log } = this.#options
    const fixed = files.map(file => /[*?[]/.test(file) ? file.slice(0, file.search(/[^/]*[*?[]/)) || '.' : dirname(file))
    for (const folder of new Set([...fixed, ...(await findRuleFiles(files)).map(file => dirname(file))])) {
      if (this.#watchers.has(folder) || this.#isClosed) continue
      try {
        const watcher = watch(folder, { persistent: false }, () => { this.#soon() })
        watcher.on('error', () => {
          watcher.close()
          this.#watchers.delete(folder)
        })
        this.#watchers.set(folder, watcher)
      } catch (error) {
        log.warn({ err: error, folder }, 'changes of rules in this directory will not be seen')
      }
    }
  }
}
