import type { FastifyInstance, FastifyReply } from 'fastify'
import { isSameOrigin } from '../access.js'
import { cookieName, sendRefusal, type DashboardAccess } from './access.js'
import type { Asset } from './assets.js'

/** The token is posted once and answered with a session, which the browser keeps where no script can read it. */
export function login (fastify: FastifyInstance, access: DashboardAccess, page: Asset): void {
  fastify.removeAllContentTypeParsers()
  fastify.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: 4096 }, (_, body, done) => {
    done(null, new URLSearchParams(body as string))
  })

  fastify.post('/login', { bodyLimit: 4096 }, async (request, reply) => {
    const message = access.refusal(request) ?? (isSameOrigin(request) ? undefined : 'Another site may not log in')
    if (message !== undefined) return await sendRefusal(reply, { kind: 'refused', status: 403, message })
    const { sessions } = access
    if (sessions === undefined) return await reply.redirect('./', 303)
    const token = request.body instanceof URLSearchParams ? request.body.get('token') : null
    const result = access.attempt(token?.trim() ?? '', request.ip)
    if (result !== true) return await again(reply, result)
    access.accepted()
    return await reply.header('set-cookie', cookie(sessions.begin(), sessions.sessionMs / 1000, request.protocol === 'https')).redirect('./', 303)
  })

  fastify.post('/logout', { bodyLimit: 4096 }, async (request, reply) => {
    const caller = access.caller(request)
    if (caller.kind === 'refused' && caller.status !== 401) return await sendRefusal(reply, caller)
    if (caller.kind === 'session') access.sessions?.end(caller.session)
    return await reply.header('set-cookie', cookie('', 0, request.protocol === 'https')).redirect('./', 303)
  })

  /** Whether the caller is still logged in: a WebSocket that is refused does not say why. */
  fastify.get('/session', { exposeHeadRoute: false }, async (request, reply) => {
    const caller = access.caller(request)
    if (caller.kind === 'refused') return await sendRefusal(reply, caller)
    return await reply.header('cache-control', 'no-store').send({ login: caller.kind === 'session' })
  })

  async function again (reply: FastifyReply, result: false | number): Promise<FastifyReply> {
    if (result !== false) reply.header('retry-after', result)
    const note = result === false ? 'That token is wrong.' : `Too many wrong tokens. Try again in ${result} s.`
    const body = page.body.toString().replace('<!-- note -->', `<p class="note" role="alert">${note}</p>`)
    return await reply.code(result === false ? 401 : 429).header('cache-control', 'no-store').type(page.type).send(body)
  }
}

/** Without a path the browser takes that of the page, whatever proxies have made of it. */
function cookie (value: string, maxAgeSeconds: number, isSecure: boolean): string {
  return `${cookieName}=${value}; Max-Age=${Math.floor(maxAgeSeconds)}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`
}
