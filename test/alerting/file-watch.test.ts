import { once } from 'node:events'
import { mkdir, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type Test } from 'tap'
import { FileWatch, type ReloadOn } from '../../src/alerting/file-watch.js'
import { VirtualClock } from '../../src/clock/virtual-clock.js'
import { silentLog } from '../../src/contracts/log.js'

interface Scene { dir: string, reads (): number, look (): Promise<void> }

async function watching (t: Test, files: (dir: string) => string[], prepare: (dir: string) => Promise<void>, reload: ReloadOn = 'change'): Promise<Scene> {
  const dir = t.testdir({})
  await prepare(dir)
  const clock = new VirtualClock(0)
  let count = 0
  const watch = new FileWatch({
    files: () => files(dir),
    reload,
    clock,
    log: silentLog,
    read: async () => {
      count++
      if (count === 1) throw new Error('what the reading throws does not end the watch')
    }
  })
  await watch.note()
  watch.start()
  t.teardown(async () => { await watch.close() })
  return {
    dir,
    reads: () => count,
    async look () {
      clock.advance(1000)
      await watch.settled()
    }
  }
}

test('a file is read once it has changed and come to rest, and not for its neighbours', async t => {
  const { dir, reads, look } = await watching(t, dir => [join(dir, 'a.yml')], async dir => { await writeFile(join(dir, 'a.yml'), '1') })
  await look()
  await writeFile(join(dir, 'b.log'), 'x')
  await look()
  await look()
  t.equal(reads(), 0)
  await writeFile(join(dir, 'a.yml'), '')
  await look()
  await writeFile(join(dir, 'a.yml'), '22')
  await look()
  t.equal(reads(), 0, 'it was still being written')
  await look()
  t.equal(reads(), 1)
  await look()
  t.equal(reads(), 1)
  await writeFile(join(dir, 'new'), '22')
  await rename(join(dir, 'new'), join(dir, 'a.yml'))
  await look()
  await look()
  t.equal(reads(), 2, 'replaced by one of the same size')
  await unlink(join(dir, 'a.yml'))
  await look()
  await look()
  t.equal(reads(), 3, 'gone')
})

test('whatever stands between a pattern and its files may change', async t => {
  const { dir, reads, look } = await watching(t, dir => [join(dir, 'current/*/*.yml')], async dir => {
    for (const release of ['one', 'two']) {
      await mkdir(join(dir, release, 'rules'), { recursive: true })
      await writeFile(join(dir, release, 'rules/a.yml'), release)
    }
    await symlink(join(dir, 'one'), join(dir, 'current'))
  })
  const seen = async (what: string): Promise<void> => {
    const before = reads()
    await look()
    await look()
    t.equal(reads(), before + 1, what)
  }
  await writeFile(join(dir, 'one/rules/b.yml'), 'b')
  await seen('another file')
  await symlink(join(dir, 'two'), join(dir, 'next'))
  await rename(join(dir, 'next'), join(dir, 'current'))
  await seen('a link that points elsewhere')
  await rm(join(dir, 'two/rules'), { recursive: true })
  await mkdir(join(dir, 'two/rules'))
  await writeFile(join(dir, 'two/rules/a.yml'), 'two again')
  await seen('a directory that was replaced')
  await writeFile(join(dir, 'two/rules/a.yml'), 'and changed')
  await seen('a file in it')
  await mkdir(join(dir, 'two/more'))
  await writeFile(join(dir, 'two/more/c.yml'), 'c')
  await seen('another directory')
})

test('or when the process is told to, even if nothing has changed', async t => {
  const { reads, look } = await watching(t, dir => [join(dir, 'a.yml')], async () => {}, 'SIGHUP')
  const told = once(process, 'SIGHUP')
  // Waiting for a signal does not keep a process.
  const busy = setInterval(() => {}, 1000)
  process.kill(process.pid, 'SIGHUP')
  await told
  clearInterval(busy)
  await look()
  t.equal(reads(), 1)
})
