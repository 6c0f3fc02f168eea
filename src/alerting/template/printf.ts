import { describeValue, formatValue, type FormatFlags } from './format-value.js'
import type { GoValue } from './values.js'

/** Go's `fmt.Sprintf` for what templates can hold. */
export function sprintf (format: string, args: readonly GoValue[]): string {
  return new Formatting(format, args).run()
}

const noFlags: FormatFlags = { sharp: false, plus: false, minus: false, space: false, zero: false, width: undefined, precision: undefined }

/** Go's limit of widths and precisions: more is none. */
const MAX_NUMBER = 1_000_000

/** One walk through a format: fmt/print.go, doPrintf. */
class Formatting {
  readonly #format: string
  readonly #args: readonly GoValue[]
  #at = 0
  #used = 0
  /** Whether an argument was asked for by its number, `%[2]d`: then those that are left over are not spoken of. */
  #isReordered = false
  #isWellNumbered = true

  constructor (format: string, args: readonly GoValue[]) {
    this.#format = format
    this.#args = args
  }

  run (): string {
    let text = ''
    for (;;) {
      const next = this.#format.indexOf('%', this.#at)
      text += this.#format.slice(this.#at, next === -1 ? undefined : next)
      if (next === -1) break
      this.#at = next + 1
      text += this.#verb()
    }
    if (this.#isReordered || this.#used >= this.#args.length) return text
    return `${text}%!(EXTRA ${this.#args.slice(this.#used).map(value => describeValue(value, noFlags)).join(', ')})`
  }

  #verb (): string {
    this.#isWellNumbered = true
    let problems = ''
    const signs = this.#take(/[#0+ -]*/y)
    let minus = signs.includes('-')
    let zero = signs.includes('0')
    let wasNumbered = this.#argumentNumber()
    let width: number | undefined
    if (this.#take(/\*/y) !== '') {
      width = this.#numberArgument()
      if (width === undefined) problems += '%!(BADWIDTH)'
      else if (width < 0) [width, minus, zero] = [-width, true, false]
      wasNumbered = false
    } else {
      width = this.#number()
      if (wasNumbered && width !== undefined) this.#isWellNumbered = false
    }
    let precision: number | undefined
    if (this.#take(/\./y) !== '') {
      if (wasNumbered) this.#isWellNumbered = false
      wasNumbered = this.#argumentNumber()
      if (this.#take(/\*/y) !== '') {
        precision = this.#numberArgument()
        if (precision === undefined || precision < 0) [precision, problems] = [undefined, `${problems}%!(BADPREC)`]
        wasNumbered = false
      } else precision = this.#number() ?? 0
    }
    if (!wasNumbered) this.#argumentNumber()
    const verb = this.#take(/[\s\S]/uy)
    if (verb === '') return `${problems}%!(NOVERB)`
    if (verb === '%') return `${problems}%`
    if (!this.#isWellNumbered) return `${problems}%!${verb}(BADINDEX)`
    if (this.#used >= this.#args.length) return `${problems}%!${verb}(MISSING)`
    const flags = { sharp: signs.includes('#'), plus: signs.includes('+'), space: signs.includes(' '), minus, zero, width, precision }
    return problems + formatValue(this.#args[this.#used++]!, verb, flags)
  }

  /** Reads `[2]`; whether it is there. */
  #argumentNumber (): boolean {
    if (this.#format[this.#at] !== '[') return false
    this.#isReordered = true
    const end = this.#format.indexOf(']', this.#at)
    const inside = end === -1 ? '' : this.#format.slice(this.#at + 1, end)
    this.#at = end === -1 ? this.#at + 1 : end + 1
    const isNumber = /^\d+$/.test(inside)
    const index = isNumber ? Number(inside) - 1 : -1
    if (index >= 0 && index < this.#args.length) this.#used = index
    else this.#isWellNumbered = false
    return isNumber
  }

  #numberArgument (): number | undefined {
    const value = this.#args[this.#used]
    if (this.#used < this.#args.length) this.#used++
    return typeof value === 'bigint' && value >= -MAX_NUMBER && value <= MAX_NUMBER ? Number(value) : undefined
  }

  #number (): number | undefined {
    const digits = this.#take(/\d*/y)
    return digits === '' || Number(digits) > MAX_NUMBER ? undefined : Number(digits)
  }

  #take (pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#format)?.[0] ?? ''
    this.#at += found.length
    return found
  }
}
