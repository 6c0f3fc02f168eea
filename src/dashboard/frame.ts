/** How a client is spoken to: a WebSocket, or server-sent events where a proxy refuses upgrades. */
export type Transport = 'websocket' | 'events'

/** A message framed once for all clients of a transport; to be written to their sockets as it is. */
export function frame (transport: Transport, json: string): Buffer {
  return transport === 'websocket' ? websocketFrame(json) : Buffer.from(`data: ${json}\n\n`)
}

/**
 * One unmasked text frame, final (RFC 6455, 5.2): what a server sends is the same for every client. It is not compressed, which is
 * allowed where compression was negotiated, too.
 */
function websocketFrame (text: string): Buffer {
  const length = Buffer.byteLength(text)
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const buffer = Buffer.allocUnsafeSlow(head + length)
  buffer[0] = 0x81
  if (head === 2) buffer[1] = length
  else if (head === 4) {
    buffer[1] = 126
    buffer.writeUInt16BE(length, 2)
  } else {
    buffer[1] = 127
    buffer.writeBigUInt64BE(BigInt(length), 2)
  }
  buffer.write(text, head)
  return buffer
}
