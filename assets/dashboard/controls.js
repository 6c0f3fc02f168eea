import { el, setAttribute, setText } from './dom.js'
import { forgetPalette } from './palette.js'

const ranges = ['5m', '15m', '1h', '3h', '6h']
const titles = { '5m': '5 minutes', '15m': '15 minutes', '1h': '1 hour', '3h': '3 hours', '6h': '6 hours' }

/** How long each range is, in milliseconds. */
export const rangeMs = range => Number.parseInt(range, 10) * (range.endsWith('m') ? 60_000 : 3_600_000)

/** The range that was chosen last, on this device. */
export function storedRange () {
  const range = stored('njord-range')
  return ranges.includes(range) ? range : '1h'
}

/** Time range, pause, theme and log-out. */
export function controls (root, { range, onRange, onPause, onTheme }) {
  const choices = ranges.map(choice => el('label', { title: titles[choice] },
    el('input', {
      type: 'radio',
      name: 'range',
      value: choice,
      checked: choice === range,
      'aria-label': titles[choice],
      onchange () {
        store('njord-range', choice)
        onRange(choice)
      }
    }), el('span', { 'aria-hidden': 'true' }, choice)))
  let isPaused = false
  const pause = el('button', {
    type: 'button',
    class: 'plain pause',
    'aria-pressed': 'false',
    onclick () {
      isPaused = !isPaused
      setAttribute(pause, 'aria-pressed', isPaused)
      setText(pause, isPaused ? 'Resume' : 'Pause')
      onPause(isPaused)
    }
  }, 'Pause')
  const leave = el('form', { method: 'post', action: 'logout', hidden: true }, el('button', { class: 'plain' }, 'Log out'))
  root.append(el('fieldset', { class: 'ranges' }, el('legend', { class: 'hidden' }, 'Time range'), ...choices), pause, themeButton(onTheme), leave)
  return { showLogout () { leave.hidden = false } }
}

function themeButton (onTheme) {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const root = document.documentElement
  const isDark = () => (root.dataset.theme ?? (dark.matches ? 'dark' : 'light')) === 'dark'
  const button = el('button', {
    type: 'button',
    class: 'icon theme',
    onclick () {
      root.dataset.theme = isDark() ? 'light' : 'dark'
      store('njord-theme', root.dataset.theme)
      changed()
    }
  }, el('span', { class: 'theme-icon', 'aria-hidden': 'true' }))
  const label = () => {
    setAttribute(button, 'aria-label', isDark() ? 'Switch to light colours' : 'Switch to dark colours')
    setAttribute(button, 'title', isDark() ? 'Light colours' : 'Dark colours')
  }
  function changed () {
    forgetPalette()
    label()
    onTheme()
  }
  dark.addEventListener('change', changed)
  label()
  return button
}

function stored (key) {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function store (key, value) {
  try {
    localStorage.setItem(key, value)
  } catch {}
}
