/** What the server last said, kept up to date by merge patches (RFC 7386). Objects have no prototype: no key means anything. */
export class State {
  #root = Object.create(null)

  get root () {
    return this.#root
  }

  replace (state) {
    this.#root = merged(undefined, state)
  }

  patch (patch) {
    this.#root = merged(this.#root, patch)
  }
}

function merged (target, patch) {
  if (!isObject(patch)) return patch
  const object = isObject(target) ? target : Object.create(null)
  for (const key of Object.keys(patch)) {
    const value = patch[key]
    if (value === null) delete object[key]
    else object[key] = merged(object[key], value)
  }
  return object
}

function isObject (value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
