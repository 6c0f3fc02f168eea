import { Buffer } from 'node:buffer'
import * as http from 'node:http'
import * as https from 'node:https'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Turns } from '../../../clock/turns.js'

export interface HttpMessage {
  readonly method: 'POST' | 'GET'
  readonly headers: Readonly<Record<string, string>>
  /** Its parts go out in turns with the rest of the process. */
  readonly body: readonly Buffer[]
}

export interface HttpExchangeOptions {
  readonly signal: AbortSignal
  /** How many bytes of the answer are kept. */
  readonly longestBody: number
}

/**
 * Sends one message and hears its answer. Rejects with errors of the network, which have a `code`. Not `fetch`: what stands behind it is compiled with the
 * first request, which holds the event loop for 15 to 30 ms in the midst of what is being told; a host has `node:http` already.
 */
export async function exchange (
  url: URL, { method, headers, body }: HttpMessage, { signal, longestBody }: HttpExchangeOptions
): Promise<{ status: number, headers: http.IncomingHttpHeaders, body: string }> {
  const length = body.reduce((bytes, part) => bytes + part.length, 0)
  const request = (url.protocol === 'https:' ? https : http).request(url, { method, signal, headers: method === 'GET' ? headers : { ...headers, 'content-length': length } })
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    // An error after the answer, as of a receiver that did not want to hear the whole, is none. One that changes the protocol is just left.
    request.on('error', reject).on('response', resolve).on('close', () => { reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })) })
    pipeline(Readable.from(inTurns(body)), request).catch(reject)
  })
  const text = await read(response, longestBody)
  // What was not asked for, and is not read: compressed.
  const isText = response.headers['content-encoding'] === undefined
  const answer = { status: response.statusCode!, headers: response.headers, body: isText ? text : '' }
  if (!request.writableFinished) request.destroy()
  return answer
}

async function * inTurns (parts: readonly Buffer[]): AsyncGenerator<Buffer> {
  const turns = new Turns()
  for (const part of parts) {
    if (turns.isDue) await turns.pause()
    yield part
  }
}

async function read (response: http.IncomingMessage, longest: number): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of response) {
      chunks.push(chunk as Buffer)
      bytes += (chunk as Buffer).length
      if (bytes > longest) break
    }
  } catch {
    // Its status has been heard, and counts.
  }
  return Buffer.concat(chunks).toString('utf8', 0, longest)
}
