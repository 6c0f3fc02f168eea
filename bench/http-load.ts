/**
 * A client in a process of its own: told a port, it sends requests there over ten connections that stay open, and says
 * how long that took. It does as little as can be done for a request, so that the host is what is measured, and so that
 * a burst may be short: autocannon works in whole seconds.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface LoadCommand {
  readonly port: number
  readonly requests: number
}

export interface LoadReport {
  readonly seconds: number
}

const connections = 10
const request = 'GET /orders/o-1 HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\nConnection: keep-alive\r\n\r\n'

process.on('message', ({ port, requests }: LoadCommand) => {
  burst(port, requests).then(report => { process.send!(report) })
})

async function burst (port: number, requests: number): Promise<LoadReport> {
  const sockets = await Promise.all(Array.from({ length: connections }, async () => {
    const socket = connect(port, '127.0.0.1').setNoDelay().setEncoding('latin1')
    await once(socket, 'connect')
    return socket
  }))
  const start = process.hrtime.bigint()
  const left = { toSend: requests }
  await Promise.all(sockets.map(async socket => { await drive(socket, left) }))
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  for (const socket of sockets) socket.destroy()
  return { seconds }
}

/** Sends the next request when the answer to the last is there, while there are any left. */
async function drive (socket: Socket, left: { toSend: number }): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const next = (): void => {
      if (left.toSend-- > 0) socket.write(request)
      else resolve()
    }
    socket.on('data', (text: unknown) => {
      const answer = text as string
      if (!answer.startsWith('HTTP/1.1 200 ') || !answer.endsWith('}')) reject(new Error(`an unexpected answer: ${answer}`))
      else next()
    })
    socket.once('error', reject)
    next()
  })
}

process.send!('ready')
