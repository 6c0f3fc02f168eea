import { builtins } from '../../template/builtins.js'
import { executeTemplate } from '../../template/execute.js'
import { isEmptyBody, type Node, type ParsedTemplate } from '../../template/nodes.js'
import { parseTemplate } from '../../template/parser.js'
import type { GoStruct } from '../../template/values.js'
import type { Notification } from '../notification.js'
import { Turns } from '../../../clock/turns.js'
import { defaultTemplates } from './default-templates.js'
import { notificationData } from './notification-data.js'
import { notificationFunctions } from './notification-functions.js'

const names = new Set([...builtins.keys(), ...notificationFunctions(0).keys()])

/** A notification may be long, and still ends. */
const limits = { maxLength: 16 * 1024 * 1024, maxSteps: 2_000_000 }

/** Fills in the templates of receivers for one notification. */
export interface Expansion {
  readonly data: GoStruct
  /** The text; rejects in Go's words. */
  text (template: string): Promise<string>
}

/** The templates that a routing file's receivers may call: the default ones, and those of its files. */
export class NotificationTemplates {
  readonly #definitions = new Map<string, readonly Node[]>()
  readonly #parsed = new Map<string, ParsedTemplate>()
  readonly #externalUrl: string
  readonly #turns: Turns

  /**
   * Throws an `Error` in Go's words for a file that is no template.
   * @param files texts by name, in the order in which later ones replace earlier ones
   */
  constructor (externalUrl: string, files: ReadonlyMap<string, string> = new Map(), turns = new Turns()) {
    this.#externalUrl = externalUrl
    this.#turns = turns
    for (const [name, text] of [['default.tmpl', defaultTemplates], ...files] as const) {
      const { definitions, body } = parseTemplate(name, text, names)
      for (const [defined, nodes] of definitions) if (!isEmptyBody(nodes) || !this.#definitions.has(defined)) this.#definitions.set(defined, nodes)
      this.#definitions.set(name, body)
    }
  }

  /** Throws as the constructor does. */
  static check (files: ReadonlyMap<string, string>): void {
    for (const [name, text] of files) parseTemplate(name, text, names)
  }

  /** Begins on one notification. */
  async expansion (notification: Notification): Promise<Expansion> {
    const turns = this.#turns
    const data = await notificationData(notification, this.#externalUrl, turns)
    const around = notificationFunctions(notification.atMs, turns)
    const functions = { get: (name: string) => around.get(name) ?? builtins.get(name) }
    return {
      data,
      text: async template => {
        if (!template.includes('{{')) return template
        return await executeTemplate(this.#parse(template), data, functions, { ...limits, breathe: () => turns.isDue ? turns.pause() : undefined })
      }
    }
  }

  #parse (text: string): ParsedTemplate {
    const known = this.#parsed.get(text)
    if (known !== undefined) return known
    const parsed = parseTemplate('', text, names)
    const definitions = new Map([...this.#definitions, ...parsed.definitions])
    const whole = { ...parsed, definitions }
    // Texts come from the routing file: there are as many as it has.
    if (this.#parsed.size < 1000) this.#parsed.set(text, whole)
    return whole
  }
}
