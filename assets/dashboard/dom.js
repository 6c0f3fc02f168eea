/**
 * Makes an element. Attributes that begin with `on` are listeners; `undefined` and `false` leave an attribute out. Children are
 * elements or texts: a text is only ever a text node, so nothing from outside becomes markup.
 */
export function el (tag, attributes = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
    else if (value === true) element.setAttribute(name, '')
    else if (value !== undefined && value !== false) element.setAttribute(name, value)
  }
  element.append(...children)
  return element
}

/** Sets a text only where it differs: what does not change is not laid out again. */
export function setText (element, text) {
  if (element.firstChild?.nodeValue !== text || element.childNodes.length > 1) element.textContent = text
}

export function setAttribute (element, name, value) {
  if (value === undefined) element.removeAttribute(name)
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value)
}

/** A name from outside: its direction is its own and does not touch what stands around it. */
export function nameOf (text, attributes = {}) {
  return el('bdi', { class: 'name', ...attributes }, text)
}

/** Makes the children of `parent` as many as `items`, each made once by `make(index)` and brought up to date by `update(child, item)`. */
export function syncChildren (parent, items, make, update) {
  while (parent.children.length > items.length) parent.lastElementChild.remove()
  items.forEach((item, index) => {
    const child = parent.children[index] ?? parent.appendChild(make(index))
    update(child, item)
  })
}
