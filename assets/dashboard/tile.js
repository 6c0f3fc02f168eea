import { el, setAttribute, setText } from './dom.js'

/** A figure with its name: a pair of a description list. `set` takes its text, its sign (`up`, `down`) and a note under it. */
export function tile (label, { size = '', key } = {}) {
  const value = el('dd', { class: 'value', 'data-figure': key })
  const note = el('dd', { class: 'note' })
  const element = el('div', { class: `tile ${size}` }, el('dt', {}, label), value, note)
  return {
    element,
    set (text, { sign, note: noteText = '' } = {}) {
      setText(value, text)
      setAttribute(value, 'data-sign', sign)
      setText(note, noteText)
    }
  }
}

/** Tiles in a row, by name: `tiles({ equity: 'Equity' })` gives `{element, equity: {set}}`. */
export function tiles (prefix, labels, className = '') {
  const made = Object.fromEntries(Object.entries(labels).map(([key, label]) => [key, tile(label, { key: `${prefix}.${key}` })]))
  return { ...made, element: el('dl', { class: `tiles ${className}` }, ...Object.values(made).map(({ element }) => element)) }
}
