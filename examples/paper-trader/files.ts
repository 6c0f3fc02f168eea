import { constants } from 'node:fs'
import { access, mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { glob } from '../../src/alerting/glob.js'
import { UsageError, type SessionOptions } from './options.js'

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EEXIST: 'it is a file',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file',
  ENOTDIR: 'it lies below a file',
  EPERM: 'no permission',
  EROFS: 'the disk can only be read'
}

/**
 * Looks whether files and folders of the command line can be used, and makes the folders of `--data`. Rejects with a {@link UsageError} that
 * names the option: past the start, a journal that cannot be written is only logged.
 * @param isReplay the time of a replay begins anew: what an earlier one kept would count twice
 */
export async function checkFiles ({ rules = [], routes, data }: Pick<SessionOptions, 'rules' | 'routes' | 'data'>, isReplay: boolean): Promise<void> {
  for (const pattern of rules) {
    if ((await glob(pattern).catch(() => [])).length === 0) throw new UsageError(`--rules: found no file ${pattern}, expected one at least`)
  }
  if (routes !== undefined) {
    await readFile(routes).catch(error => { throw new UsageError(`--routes: cannot read ${routes}: ${reasonOf(error)}; expected an alertmanager.yml`) })
  }
  if (data === undefined) return
  const found = isReplay ? await readdir(data).catch(() => []) : []
  if (found.length > 0) throw new UsageError(`--data: found files in ${data}, expected an empty folder, for the time of a replay begins anew`)
  for (const folder of [data, join(data, 'journal'), join(data, 'alerts')]) {
    try {
      await mkdir(folder, { recursive: true })
      await access(folder, constants.W_OK)
    } catch (error) {
      throw new UsageError(`--data: cannot write to ${folder}: ${reasonOf(error)}; expected a folder that is there or can be made, and is yours`, { cause: error })
    }
  }
}

function reasonOf (error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  return reasons[code] ?? message
}
