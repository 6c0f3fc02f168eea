import { el, nameOf, setAttribute, setText } from './dom.js'

/** A bar with its name and its figure in words. `set` takes a name, a share (1 is all), the words, and how serious that is. */
export function meter () {
  const fill = el('span', { class: 'fill' })
  const bar = el('div', { class: 'bar-track', role: 'meter', 'aria-valuemin': '0', 'aria-valuemax': '100' }, fill)
  const name = nameOf('')
  const text = el('span', { class: 'value' })
  return {
    element: el('li', { class: 'meter' }, name, text, bar),
    set ({ label, share = 0, words, level }) {
      setText(name, label)
      setText(text, words)
      setAttribute(bar, 'aria-label', label)
      setAttribute(bar, 'aria-valuenow', Math.round(Math.min(1, share) * 100))
      setAttribute(bar, 'aria-valuetext', words)
      setAttribute(bar, 'data-level', level)
      fill.style.transform = `scaleX(${Math.min(1, Math.max(0, share))})`
    }
  }
}

/** A list of bars: `set` takes what each of them is set to. */
export function meters (empty) {
  const made = []
  const list = el('ul', { class: 'meters' })
  const none = el('p', { class: 'empty' }, empty)
  return {
    elements: [list, none],
    set (items) {
      while (made.length > items.length) made.pop().element.remove()
      items.forEach((item, i) => {
        if (made[i] === undefined) list.append((made[i] = meter()).element)
        made[i].set(item)
      })
      none.hidden = items.length > 0
      list.hidden = items.length === 0
    }
  }
}
