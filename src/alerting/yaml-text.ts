import type { Document } from 'yaml'

/** Where a text is no YAML to Go's readers, and why. */
export interface TextProblem {
  readonly at: number
  readonly message: string
}

// eslint-disable-next-line no-control-regex -- these are the ones that YAML does not allow
const forbidden = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|(?!^)\ufeff/

/**
 * The text of a YAML file: UTF-8, or UTF-16 that says so with a byte order mark. Throws an `Error` for bytes that are neither, which Go's
 * readers refuse too.
 */
export function decodeYaml (bytes: Uint8Array): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    throw new Error(`yaml: invalid ${encoding === 'utf-8' ? 'UTF-8' : 'UTF-16'} octet`)
  }
}

/** What Go's readers refuse and the parser here does not: control characters, and a version of YAML that is not 1.1. */
export function textProblem (text: string, document: Document | undefined): TextProblem | undefined {
  const control = text.search(forbidden)
  if (control !== -1) return { at: control, message: 'control characters are not allowed' }
  const { explicit, version } = document?.directives?.yaml ?? {}
  const directive = /^%YAML[ \t]+(\S+)/m.exec(text)
  if (explicit === true && (version !== '1.1' || directive?.[1] !== '1.1')) return { at: directive?.index ?? 0, message: 'found incompatible YAML document' }
  return undefined
}

/** A plain scalar as Go's yaml.v3 reads it where it is a number: `010` is 8, `0b11` 3, `1_000` 1000. */
export function goNumber (source: string): { readonly value: number, readonly isInteger: boolean } | undefined {
  const special = /^(?:([-+]?)\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/.exec(source)
  if (special !== null) return { value: special[1] === undefined ? NaN : special[1] === '-' ? -Infinity : Infinity, isInteger: false }
  if (!/^[-+.\d]/.test(source)) return undefined
  const plain = source.replaceAll('_', '')
  const [, sign, digits] = /^([-+]?)(0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9]\d*)$/.exec(plain) ?? []
  if (digits !== undefined) {
    const value = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits)
    if (value < 2n ** 64n && (sign !== '-' || value <= 2n ** 63n)) return { value: Number(value) * (sign === '-' ? -1 : 1), isInteger: true }
  }
  // One that is too large for a float is a text.
  const value = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(plain) ? Number(plain) : NaN
  return Number.isFinite(value) ? { value, isInteger: false } : undefined
}
