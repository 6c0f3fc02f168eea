import type { FastifyInstance } from 'fastify'

/** What the launcher tells every service: where Redis is, and where its totals survive a crash. */
export function settings (): { redis: { url: string }, spool: string } {
  const { REDIS_URL: url, SPOOL: spool } = process.env
  if (url === undefined || spool === undefined) throw new Error('REDIS_URL and SPOOL say where Redis is and where the spool goes: examples/distributed/main.ts sets them')
  return { redis: { url }, spool }
}

/** Listens on a free port, says where, and ends at SIGTERM: the publisher's last flush goes out then. */
export async function serve (app: FastifyInstance): Promise<void> {
  process.once('SIGTERM', async () => {
    await app.close()
    process.exit(0)
  })
  process.stdout.write(`${await app.listen({ port: 0, host: '127.0.0.1' })}\n`)
}
