/**
 * The parameters of a request, read as Go's `url.ParseQuery` reads them: a pair with a bad escape or a semicolon is left
 * out, and the rest counts. What a posted form says comes before what the URL says.
 */
export class Form {
  readonly #values = new Map<string, string[]>()
  /** What is wrong with the first bad pair, for those who ask; `undefined` when all are well. */
  readonly problem: string | undefined

  /** @param texts urlencoded, in the order of precedence: the body, the URL's query */
  constructor (...texts: ReadonlyArray<string | undefined>) {
    let problem: string | undefined
    for (const pair of texts.flatMap(text => (text ?? '').split('&'))) {
      if (pair === '') continue
      const at = pair.indexOf('=')
      try {
        if (pair.includes(';')) throw new SyntaxError('invalid semicolon separator in query')
        const name = unescape(at === -1 ? pair : pair.slice(0, at))
        const value = at === -1 ? '' : unescape(pair.slice(at + 1))
        const values = this.#values.get(name)
        if (values === undefined) this.#values.set(name, [value])
        else values.push(value)
      } catch (error) {
        problem ??= (error as Error).message
      }
    }
    this.problem = problem
  }

  /** The first value; `''` where there is none. */
  get (name: string): string {
    return this.#values.get(name)?.[0] ?? ''
  }

  all (name: string): readonly string[] {
    return this.#values.get(name) ?? []
  }
}

function unescape (text: string): string {
  const bad = /%(?![0-9a-f]{2}).{0,2}/i.exec(text)
  if (bad !== null) throw new SyntaxError(`invalid URL escape "${bad[0]}"`)
  // Bytes that are not UTF-8 become U+FFFD.
  return text.replaceAll('+', ' ').replace(/(?:%[0-9a-f]{2})+/gi, run => Buffer.from(run.replaceAll('%', ''), 'hex').toString())
}
