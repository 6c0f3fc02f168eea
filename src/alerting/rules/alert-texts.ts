import type { Labels } from '../../contracts/labels.js'
import type { Sample } from '../../promql/engine.js'
import { AlertTemplate } from '../template/template.js'
import { labelsOfMap, mapOf } from './pairs.js'
import type { RuleCircumstances } from './circumstances.js'
import type { AlertingRuleSpec, Pairs } from './rule-set.js'

/** A text that is the same for every alert, or a template of it. */
type Text = string | AlertTemplate

/** The labels and annotations of a rule's alerts, made of templates that are read once. */
export class AlertTexts {
  readonly #name: string
  readonly #labels: ReadonlyMap<string, Text>
  readonly #annotations: ReadonlyMap<string, Text>
  #isFailing = false
  #hasFailed = false

  constructor ({ name, labels, annotations }: AlertingRuleSpec) {
    this.#name = name
    this.#labels = textsOf(name, labels)
    this.#annotations = textsOf(name, annotations)
  }

  /** Those of the alert of one element. A template that fails is told in the place of its text, as Prometheus does it. */
  async of (sample: Sample, atMs: number, circumstances: RuleCircumstances): Promise<{ labels: Labels, annotations: Pairs }> {
    const labels = mapOf(sample.labels)
    labels.delete('__name__')
    for (const [name, text] of this.#labels) labels.set(name, await this.#expand(text, sample, atMs, circumstances))
    labels.set('alertname', this.#name)
    const annotations: string[] = []
    for (const [name, text] of this.#annotations) annotations.push(name, await this.#expand(text, sample, atMs, circumstances))
    return { labels: labelsOfMap(labels), annotations }
  }

  /** Every alert of an evaluation has its texts: what fails after this is told anew if nothing has failed. */
  settle (): void {
    this.#isFailing = this.#hasFailed
    this.#hasFailed = false
  }

  async #expand (text: Text, { labels, value }: Sample, atMs: number, { externalLabels, externalUrl, query, log }: RuleCircumstances): Promise<string> {
    if (typeof text === 'string') return text
    try {
      return await text.expand({ labels, externalLabels, value }, {
        externalUrl, query: async expr => await query(expr, atMs)
      })
    } catch (error) {
      const { message } = error as Error
      if (!this.#isFailing && !this.#hasFailed) log.warn({ alert: this.#name, err: error }, 'a template of an alert failed; the alert tells of it')
      this.#hasFailed = true
      return `<error expanding template: ${message}>`
    }
  }
}

function textsOf (alert: string, pairs: Pairs): ReadonlyMap<string, Text> {
  return new Map([...mapOf(pairs)].map(([name, text]) => [name, text.includes('{{') ? new AlertTemplate(alert, text) : text]))
}
