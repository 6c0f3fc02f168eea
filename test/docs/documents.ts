import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

export interface CodeBlock {
  readonly language: string
  readonly text: string
}

/** A Markdown document of the repository, by its path from the root. */
export class Document {
  readonly text: string
  readonly codeBlocks: readonly CodeBlock[]

  constructor (path: string) {
    this.text = readFileSync(`${root}/${path}`, 'utf8')
    this.codeBlocks = Array.from(this.text.matchAll(/^```(\w*)\n(.*?)^```$/gms), ([, language, text]) => ({ language: language!, text: text! }))
  }

  /** The targets of its links. */
  get links (): string[] {
    return Array.from(this.text.replace(/^```.*?^```$/gms, '').matchAll(/\]\(([^)\s]+)\)/g), ([, target]) => target!)
  }

  /** What stands in backticks at the start of the rows of its tables. */
  get rowNames (): string[] {
    return Array.from(this.text.matchAll(/^\| `([^`]+)` \|/gm), ([, name]) => name!)
  }

  code (language: string): string[] {
    return this.codeBlocks.filter(block => block.language === language).map(block => block.text)
  }
}
