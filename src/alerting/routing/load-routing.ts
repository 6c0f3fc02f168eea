import { readFile } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { NJORD_ERR_ROUTING_FILE } from '../../errors.js'
import { glob } from '../glob.js'
import { decodeYaml } from '../yaml-text.js'
import { parseRouting } from './config/parse-routing.js'
import type { RoutingConfig } from './config/routing-config.js'
import { NotificationTemplates } from './template/notification-templates.js'

/** A routing file with all that it brings along. */
export interface LoadedRouting {
  readonly config: RoutingConfig
  /** The texts of its template files by name, in the order in which they count. */
  readonly templateFiles: ReadonlyMap<string, string>
  /** What relative paths in it are from. */
  readonly folder: string
}

/** What holds where there is no routing file: every alert goes to the log and to the bus. */
const defaultText = `
route:
  receiver: log
  group_by: [alertname]
  group_wait: 0s
  group_interval: 1m
  repeat_interval: 4h
  routes:
  - receiver: log
    continue: true
  - receiver: bus
receivers:
- name: log
- name: bus
`

export function defaultRouting (): LoadedRouting {
  return { config: parseRouting(defaultText, 'default routing'), templateFiles: new Map(), folder: '.' }
}

/** Reads an `alertmanager.yml` and its templates. Rejects with `NJORD_ERR_ROUTING_FILE` for what `amtool check-config` refuses. */
export async function loadRouting (path: string): Promise<LoadedRouting> {
  const read = async (file: string, decode = (bytes: Buffer) => bytes.toString()): Promise<string> => {
    try {
      return decode(await readFile(file))
    } catch (error) {
      throw new NJORD_ERR_ROUTING_FILE(`${file}: ${(error as Error).message}`, { cause: error })
    }
  }
  const config = parseRouting(await read(path, decodeYaml), path)
  const folder = dirname(path)
  const templateFiles = new Map<string, string>()
  const refuse = (error: unknown): never => { throw new NJORD_ERR_ROUTING_FILE(`${path}: ${(error as Error).message}`, { cause: error }) }
  for (const pattern of templatePatterns({ config, folder })) {
    for (const file of await glob(pattern).catch(refuse)) templateFiles.set(basename(file), await read(file))
  }
  try {
    NotificationTemplates.check(templateFiles)
  } catch (error) {
    refuse(error)
  }
  return { config: { ...config, warnings: [...config.warnings, ...unsetSecrets(config)] }, templateFiles, folder }
}

/** One sentence about secrets that the environment should have and has not: who needs them is not told of alerts. */
function unsetSecrets ({ receivers }: RoutingConfig): string[] {
  const [unset, untold] = [new Set<string>(), new Set<string>()]
  for (const { name, integrations } of receivers) {
    for (const { values, isServed } of integrations) {
      for (const [, variable] of JSON.stringify(values).matchAll(/_file":"env:([^"]*)"/g)) {
        if (!isServed || (process.env[variable!] ?? '') !== '') continue
        unset.add(variable!)
        untold.add(name)
      }
    }
  }
  return unset.size === 0 ? [] : [`the environment has no ${[...unset].join(', ')}: ${[...untold].join(', ')} cannot be told; export what is missing, or take these receivers out`]
}

/** Where the template files of a routing file are: paths or patterns of them. */
export function templatePatterns ({ config, folder }: Pick<LoadedRouting, 'config' | 'folder'>): string[] {
  return config.templates.filter(pattern => pattern !== '').map(pattern => isAbsolute(pattern) ? pattern : join(folder, pattern))
}
