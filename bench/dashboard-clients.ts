/** A thousand pages, as far as the host can tell: connections that read. Prints how late the latest update was, in milliseconds, when told to stop. */
import { connect, type Socket } from 'node:net'

const [port, count] = process.argv.slice(2).map(Number) as [number, number]
const upgrade = `GET /stream HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n` +
  'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'
let latestMs = 0
let updates = 0
const sockets: Socket[] = []

function open (): Promise<void> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => { socket.write(upgrade) })
    socket.once('data', () => {
      resolve()
      socket.on('data', chunk => {
        const now = Date.now()
        // Looking for the time in the bytes is cheaper than taking a thousand messages apart.
        const at = chunk.indexOf('"sentMs":')
        if (at === -1) return
        updates++
        latestMs = Math.max(latestMs, now - Number(chunk.toString('latin1', at + 9, at + 22)))
      })
    })
    sockets.push(socket)
  })
}

for (let i = 0; i < count; i += 50) await Promise.all(Array.from({ length: Math.min(50, count - i) }, open))
process.send!('ready')
process.on('message', message => {
  if (message === 'reset') latestMs = updates = 0
  else if (message === 'tell') process.send!({ latestMs, updates })
  else process.exit()
})
