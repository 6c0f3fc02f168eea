/** No word for so long and the figures are old. */
const staleMs = 2500
/** No word for so long and the connection is given up. */
const deadMs = 6000
/** A new one has so long for its first word: the past is a lot to send, and the way may be slow. */
const patienceMs = 15_000
const longestWaitMs = 5000

/**
 * Keeps a stream of updates open: a WebSocket, or server-sent events where upgrades are refused. Says what state it is in: `connecting`,
 * `live`, `stale`, `reconnecting`, `away` (the page is not looked at) or `signed-out`.
 */
export class Connection {
  #onMessage
  #onState
  #range
  #stream
  #state = 'connecting'
  #heardAt = 0
  #openedAt = 0
  #hasSpoken = false
  #waitMs = 250
  #timer
  #transport = 'websocket'
  #failedUpgrades = 0

  constructor ({ range, onMessage, onState }) {
    this.#range = range
    this.#onMessage = onMessage
    this.#onState = onState
    setInterval(() => { this.#watch() }, 500)
    document.addEventListener('visibilitychange', () => { this.#look() })
    addEventListener('online', () => { this.#retryNow() })
    addEventListener('pageshow', () => { this.#look() })
    // A page that is opened in the background asks for nothing until it is looked at.
    if (document.hidden) this.#state = 'away'
    else this.#connect()
  }

  get state () {
    return this.#state
  }

  /** How long nothing has been heard, in milliseconds. */
  get silentMs () {
    return performance.now() - this.#heardAt
  }

  /** Asks for another stretch of the past: a stream is for one of them. */
  setRange (range) {
    this.#range = range
    if (this.#state !== 'away' && this.#state !== 'signed-out') this.#connect()
  }

  #connect () {
    clearTimeout(this.#timer)
    const before = this.#stream
    this.#openedAt = performance.now()
    this.#hasSpoken = false
    const url = new URL(`stream?range=${this.#range}`, document.baseURI)
    this.#stream = (this.#transport === 'websocket' ? openWebSocket : openEvents)(url, {
      onMessage: message => {
        this.#heardAt = performance.now()
        this.#hasSpoken = true
        this.#waitMs = 250
        this.#failedUpgrades = 0
        this.#set('live')
        this.#onMessage(message)
      },
      onEnd: () => { this.#ended() }
    })
    // The one before went on until now.
    before?.close()
  }

  #ended () {
    const hasSpoken = this.#hasSpoken
    this.#stream = undefined
    if (this.#state === 'away') return
    this.#set('reconnecting')
    // Twice refused before a word: something on the way does not let upgrades through.
    if (!hasSpoken && this.#transport === 'websocket' && ++this.#failedUpgrades >= 2) this.#transport = 'events'
    else if (!hasSpoken && this.#transport === 'events') {
      this.#transport = 'websocket'
      this.#failedUpgrades = 1
    }
    this.#timer = setTimeout(() => { this.#comeBack() }, this.#waitMs * (0.75 + Math.random() / 2))
    this.#waitMs = Math.min(longestWaitMs, this.#waitMs * 1.7)
  }

  /** A stream that is refused does not say why: a session may have ended. */
  async #comeBack () {
    try {
      const { status } = await fetch('session', { cache: 'no-store', signal: AbortSignal.timeout(patienceMs) })
      if (status === 401 || status === 403) {
        this.#set('signed-out')
        return
      }
    } catch {}
    if (this.#state === 'reconnecting') this.#connect()
  }

  #retryNow () {
    if (this.#state !== 'reconnecting' || this.#stream !== undefined) return
    this.#waitMs = 250
    this.#connect()
  }

  #watch () {
    if (this.#state === 'live' && this.silentMs > staleMs) this.#set('stale')
    if (this.#stream !== undefined && (this.#hasSpoken ? this.silentMs > deadMs : performance.now() - this.#openedAt > patienceMs)) {
      // It says nothing and does not end: given up, and tried again.
      this.#stream.close()
      this.#ended()
    }
    if (this.#state !== 'live') this.#onState(this.#state)
  }

  /** A page that nobody sees asks for nothing. */
  #look () {
    if (document.hidden && this.#state !== 'signed-out') {
      this.#set('away')
      clearTimeout(this.#timer)
      this.#stream?.close()
      this.#stream = undefined
    } else if (!document.hidden && this.#state === 'away') {
      this.#set('reconnecting')
      this.#connect()
    }
  }

  #set (state) {
    if (state === this.#state) return
    this.#state = state
    this.#onState(state)
  }
}

function openWebSocket (url, { onMessage, onEnd }) {
  const socket = new WebSocket(url.href.replace(/^http/, 'ws'))
  let isOver = false
  socket.onmessage = ({ data }) => { if (!isOver) onMessage(JSON.parse(data)) }
  socket.onclose = () => { if (!isOver) onEnd() }
  return { close () { isOver = true; socket.close() } }
}

function openEvents (url, { onMessage, onEnd }) {
  const source = new EventSource(url)
  source.onmessage = ({ data }) => { onMessage(JSON.parse(data)) }
  source.onerror = () => {
    source.close()
    onEnd()
  }
  return { close () { source.close() } }
}
