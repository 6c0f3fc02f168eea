import { readFileSync } from 'node:fs'

/** The version of this package, whose root is one folder up from the sources and two from the build. */
export function packageVersion (): string {
  for (const path of ['../package.json', '../../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { name: string, version: string }
      if (name === 'njord-telemetry') return version
    } catch {}
  }
  return 'unknown'
}
