import type { Clock } from '../../contracts/clock.js'
import { labelsKey } from '../../contracts/labels.js'
import type { Log } from '../../contracts/log.js'
import { NotificationLog, type NotificationEntry } from './notification-log.js'
import { routedAlert, type RoutedAlert } from './routed-alert.js'
import type { RoutingMetrics } from './routing-metrics.js'
import type { SilenceRecord } from './silence.js'
import { Silences } from './silences.js'
import { StateLog } from './state-log.js'
import type { StateRecord } from './state-record.js'

/** An alert as it is kept, and whether it was seen to have ended. */
export interface KeptAlert {
  readonly alert: RoutedAlert
  readonly ended: boolean
}

export interface RoutingStateOptions {
  /** Without it all ends with the process. */
  readonly dir: string | undefined
  readonly clock: Clock
  readonly log: Log
  readonly metrics: RoutingMetrics
}

/** What routing keeps over restarts: silences, who was told what, and alerts. */
export class RoutingState {
  readonly silences: Silences
  readonly notificationLog: NotificationLog
  readonly #file: StateLog | undefined
  /** What the file knows of each alert. */
  readonly #written = new Map<string, KeptAlert>()

  constructor ({ dir, clock, log, metrics }: RoutingStateOptions) {
    this.silences = new Silences({ clock, keep: (id, silence) => { this.#file?.append(silence === undefined ? { noSilence: id } : { silence }) } })
    this.notificationLog = new NotificationLog((key, entry) => { this.#file?.append(entry === undefined ? { noEntry: key } : { entry }) })
    this.#file = dir === undefined ? undefined : new StateLog({ dir, clock, log, metrics, snapshot: () => this.#snapshot() })
  }

  /** Takes up silences and who was told what, as an earlier life left them, and gives the alerts. Rejects when the folder cannot be used. */
  async load (): Promise<Iterable<KeptAlert>> {
    // The last word on each counts.
    const silences = new Map<string, SilenceRecord>()
    const entries = new Map<string, NotificationEntry>()
    for (const record of await this.#file?.load() ?? []) {
      if ('silence' in record) silences.set(record.silence.id, record.silence)
      else if ('noSilence' in record) silences.delete(record.noSilence)
      else if ('entry' in record) entries.set(record.entry.key, record.entry)
      else if ('noEntry' in record) entries.delete(record.noEntry)
      else if ('alert' in record) {
        const alert = routedAlert(record.alert)
        this.#written.set(alert.fingerprint, { alert, ended: record.ended })
      } else this.#written.delete(record.noAlert)
    }
    for (const silence of silences.values()) this.silences.restore(silence)
    for (const entry of entries.values()) this.notificationLog.restore(entry)
    return this.#written.values()
  }

  /** Keeps what there is, and what changes from now on. Rejects as {@link load} does. */
  async start (): Promise<void> {
    await this.#file?.start()
  }

  /** Writes down what changed of an alert; that it goes on firing is no news. */
  write (alert: RoutedAlert, ended: boolean): void {
    if (this.#file === undefined) return
    const known = this.#written.get(alert.fingerprint)
    if (known !== undefined && known.ended === ended && known.alert.startsAtMs === alert.startsAtMs && known.alert.generatorUrl === alert.generatorUrl &&
      labelsKey(known.alert.annotations) === labelsKey(alert.annotations)) return
    this.#written.set(alert.fingerprint, { alert, ended })
    this.#file.append(recordOf(alert, ended))
  }

  forget ({ fingerprint }: RoutedAlert): void {
    if (this.#written.delete(fingerprint)) this.#file?.append({ noAlert: fingerprint })
  }

  async close (): Promise<void> {
    await this.#file?.close()
  }

  * #snapshot (): Generator<StateRecord> {
    for (const { record } of this.silences.values()) yield { silence: record }
    for (const entry of this.notificationLog.values()) yield { entry }
    for (const { alert, ended } of this.#written.values()) yield recordOf(alert, ended)
  }
}

function recordOf ({ fingerprint: _, ...alert }: RoutedAlert, ended: boolean): StateRecord {
  return { alert, ended }
}
