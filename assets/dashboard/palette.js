/** The colours that charts draw with, as the style sheet has them for the theme of the moment. */
const names = ['a', 'b', 'c', 'up', 'down', 'grid', 'axis', 'zero']
let colours

export function palette () {
  if (colours === undefined) {
    const style = getComputedStyle(document.documentElement)
    colours = Object.fromEntries(names.map(name => [name, style.getPropertyValue(`--chart-${name}`).trim()]))
    colours.font = `11px ${style.getPropertyValue('--font').trim()}`
  }
  return colours
}

/** A colour of the palette, `rgb(…)` as a browser tells it, let through. @param share 0 (nothing of it) to 1 */
export const faded = (colour, share) => colour.replace(')', `, ${share})`)

/** The theme has changed. */
export function forgetPalette () {
  colours = undefined
}
