import type { Labels } from '../../contracts/labels.js'
import { labelsToObject } from '../../contracts/labels.js'
import { builtins } from './builtins.js'
import { executeTemplate } from './execute.js'
import type { ParsedTemplate } from './nodes.js'
import { parseTemplate } from './parser.js'
import { prometheusFunctions, surroundingFunctions, type TemplateSurroundings } from './prometheus-functions.js'
import { GoMap, GoStruct } from './values.js'

/** What Prometheus puts before the template of an alert. */
const PREFIX = '{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}'
const DATA_TYPE = 'struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }'

const functions = new Map([...builtins, ...prometheusFunctions])
const names = new Set([...functions.keys(), ...surroundingFunctions({ query: async () => [], externalUrl: '' }).keys()])

export interface AlertTemplateData {
  readonly labels: Labels
  readonly externalLabels: Labels
  /** The value of the alert's expression. */
  readonly value: number
}

/** A template of a rule's label or annotation, read once and expanded for each alert. */
export class AlertTemplate {
  readonly #name: string
  readonly #parsed: ParsedTemplate | Error

  /** `alertName` names the template in errors: `__alert_NAME`. A template that cannot be read is told by `error`. */
  constructor (alertName: string, text: string) {
    this.#name = `__alert_${alertName}`
    try {
      this.#parsed = parseTemplate(this.#name, PREFIX + text, names)
    } catch (error) {
      this.#parsed = error as Error
    }
  }

  /** Why the template cannot be read, as `promtool check rules` says it; `undefined` when it can. */
  get error (): string | undefined {
    return this.#parsed instanceof Error ? this.#parsed.message : undefined
  }

  /** The text; throws an `Error` as Prometheus words it. */
  async expand ({ labels, externalLabels, value }: AlertTemplateData, surroundings: TemplateSurroundings): Promise<string> {
    if (this.error !== undefined) throw new Error(`error parsing template ${this.#name}: ${this.error}`)
    const around = surroundingFunctions(surroundings)
    const data = new GoStruct(DATA_TYPE, {
      Labels: GoMap.ofStrings(Object.entries(labelsToObject(labels))),
      ExternalLabels: GoMap.ofStrings(Object.entries(labelsToObject(externalLabels))),
      ExternalURL: surroundings.externalUrl,
      Value: value
    })
    try {
      return await executeTemplate(this.#parsed as ParsedTemplate, data, { get: name => around.get(name) ?? functions.get(name) })
    } catch (error) {
      throw new Error(`error executing template ${this.#name}: ${(error as Error).message}`)
    }
  }
}
