/** A template that cannot be read: Go's wording, `template: NAME:LINE: what is wrong`. */
export class TemplateError extends Error {
  constructor (name: string, source: string, at: number, problem: string) {
    super(`template: ${name}:${lineOf(source, at)}: ${problem}`)
    this.name = 'TemplateError'
  }
}

/** A template that failed while it was expanded: `template: NAME:LINE:COLUMN: executing "NAME" at <WHAT>: problem`. */
export class TemplateExecutionError extends Error {
  constructor (name: string, source: string, at: number, what: string, problem: string) {
    super(`template: ${name}:${lineOf(source, at)}:${columnOf(source, at)}: executing "${name}" at <${what}>: ${problem}`)
    this.name = 'TemplateExecutionError'
  }
}

function lineOf (source: string, at: number): number {
  return source.slice(0, at).split('\n').length
}

/** In bytes, as Go counts. */
function columnOf (source: string, at: number): number {
  return Buffer.byteLength(source.slice(source.lastIndexOf('\n', at - 1) + 1, at))
}
