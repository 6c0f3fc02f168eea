/** One instant that all charts show; none while nobody points at one. */
export class Cursor {
  #atMs
  #listeners = new Set()

  get atMs () {
    return this.#atMs
  }

  set (atMs) {
    if (atMs === this.#atMs) return
    this.#atMs = atMs
    for (const listener of this.#listeners) listener(atMs)
  }

  on (listener) {
    this.#listeners.add(listener)
  }
}
