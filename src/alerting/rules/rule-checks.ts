import type { Expr } from '../../promql/ast.js'
import { goQuote } from '../../promql/go-text.js'
import { parse } from '../../promql/parser.js'
import { print } from '../../promql/printer.js'
import { AlertTemplate } from '../template/template.js'

type Texts = ReadonlyMap<string, { readonly text: string }>
type Refuse = (problem: string) => void

/** An expression and how Prometheus prints it, or why there is none. */
export function parseQuery (text: string): { expr: Expr, query: string } | string {
  try {
    const expr = parse(text)
    return { expr, query: print(expr) }
  } catch (error) {
    return `could not parse expression: ${(error as Error).message}`
  }
}

/** Names of labels and annotations: any text that is not empty (Prometheus 3), but for the metric's own. */
export function checkNames (labels: Texts, annotations: Texts, refuse: Refuse): void {
  for (const name of labels.keys()) if (name === '' || name === '__name__') refuse(`invalid label name: ${name}`)
  for (const name of annotations.keys()) if (name === '') refuse(`invalid annotation name: ${name}`)
}

/** The templates of an alert's labels and annotations. */
export function checkAlertTexts (alert: string, labels: Texts, annotations: Texts, refuse: Refuse): void {
  for (const [what, texts] of [['label', labels], ['annotation', annotations]] as const) {
    for (const [name, { text }] of texts) {
      const { error } = new AlertTemplate(alert, text)
      if (error !== undefined) refuse(`${what} ${goQuote(name)}: ${error}`)
    }
  }
}
