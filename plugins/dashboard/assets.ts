import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** One file of the page, read at the start: nothing that a request says ever becomes a path. */
export interface Asset {
  /** Under the dashboard's path: `sections/risk.js`. */
  readonly name: string
  readonly type: string
  readonly body: Buffer
  readonly gzip: Buffer
  readonly etag: string
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.svg': 'image/svg+xml'
}

/** Beside the sources' and the build's `plugins/`. */
const folder = new URL('../../assets/dashboard/', import.meta.url)

/** Every file of the page, by its name. */
export function loadAssets (): Map<string, Asset> {
  const names = (readdirSync(folder, { recursive: true }) as string[]).map(name => name.replaceAll('\\', '/')).filter(name => extname(name) in types).sort()
  return new Map(names.map(name => {
    const body = readFileSync(new URL(name, folder))
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
    return [name, { name, type: types[extname(name)]!, body, gzip: gzipSync(body, { level: 9 }), etag }]
  }))
}

/** Sends a file: whole, or nothing where the browser has it. It is asked for each time: the next start may bring another one. */
export async function sendAsset (asset: Asset, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  reply.headers({ etag: asset.etag, 'cache-control': 'no-cache', vary: 'accept-encoding, cookie' })
  if (request.headers['if-none-match'] === asset.etag) return await reply.code(304).send()
  reply.type(asset.type)
  if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return await reply.send(asset.body)
  return await reply.header('content-encoding', 'gzip').send(asset.gzip)
}
