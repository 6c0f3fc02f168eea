import type { Random } from './random.js'

/**
 * A piece of a query: text and smaller pieces in turn. Of a kind that says what may stand in its place: a smaller piece
 * of the same kind, and nothing at all in the place of an `optional`.
 */
export interface Fragment {
  readonly kind: 'scalar' | 'vector' | 'matrix' | 'string' | 'optional'
  readonly parts: ReadonlyArray<string | Fragment>
}

/** The query's text. */
export function render ({ parts }: Fragment): string {
  return parts.map(part => typeof part === 'string' ? part : render(part)).join('')
}

/** Every piece inside, the outer ones first. */
function inner ({ parts }: Fragment): Fragment[] {
  return parts.flatMap(part => typeof part === 'string' ? [] : [part, ...inner(part)])
}

const simplest: Readonly<Record<Fragment['kind'], string>> = { scalar: '1', vector: 'vector(1)', matrix: 'limit[5m]', string: '""', optional: '' }

/** Queries that are smaller than this one, the smallest first: a piece of it, or with one piece replaced by a smaller one. */
export function * smaller (whole: Fragment): Generator<Fragment> {
  const pieces = inner(whole).filter(({ kind }) => kind !== 'optional')
  yield * pieces.sort((a, b) => render(a).length - render(b).length)
  yield * replacements(whole)
}

function * replacements (whole: Fragment): Generator<Fragment> {
  for (const [i, part] of whole.parts.entries()) {
    if (typeof part === 'string') continue
    const put = (piece: Fragment): Fragment => ({ ...whole, parts: whole.parts.with(i, piece) })
    const length = render(part).length
    if (length > simplest[part.kind].length) yield put({ kind: part.kind, parts: [simplest[part.kind]] })
    for (const piece of inner(part)) if (piece.kind === part.kind && render(piece).length < length) yield put(piece)
    for (const piece of replacements(part)) yield put(piece)
  }
}

const token = /\s+|[A-Za-z_:][\w:]*|[\d.]+\w*|"[^"]*"|'[^']*'|`[^`]*`|[=!<>~]+|./gsu

const vocabulary = [
  '(', ')', '{', '}', '[', ']', ',', ':', '=', '==', '!=', '=~', '!~', '>=', '<', '+', '-', '*', '/', '%', '^', '@', ' ', '"', '\\', '$', '#', '~', '!',
  ' by ', ' without ', ' on ', ' ignoring ', ' group_left ', ' group_right ', ' bool ', ' offset ', ' and ', ' or ', ' unless ', ' atan2 ',
  'sum', 'rate', 'topk', 'start()', 'end()', 'inf', 'NaN', '5m', '1', '"x"', "'y'", 'le', 'nosuch', 'nosuch()', '{}', '()', '[5m]', '[5m:]', '0s', '1e', '0x', 'é'
]

/** The query with one or two of its tokens gone, doubled, changed with another or replaced: mostly, an error. */
export function damage (whole: Fragment, random: Random): Fragment {
  const tokens = render(whole).match(token) ?? []
  for (let times = random.between(1, 2); times > 0 && tokens.length > 0; times--) {
    const at = random.below(tokens.length)
    switch (random.below(5)) {
      case 0: tokens.splice(at, 1); break
      case 1: tokens.splice(at, 0, tokens[at] ?? ''); break
      case 2: tokens.splice(at, 0, random.pick(tokens)); break
      case 3: tokens.splice(at, 0, random.pick(vocabulary)); break
      case 4: tokens.splice(at, 1, random.pick(vocabulary)); break
    }
  }
  return { kind: 'vector', parts: tokens.map(text => ({ kind: 'optional', parts: [text] })) }
}
