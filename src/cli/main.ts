#!/usr/bin/env node
import { run } from './run.js'

const outcome = await run(process.argv.slice(2), {
  out: text => { process.stdout.write(text) },
  progress: text => { process.stderr.write(text) }
})
if ('code' in outcome) {
  process.exitCode = outcome.code
} else {
  const close = async (): Promise<void> => {
    await outcome.close()
    process.exit(0)
  }
  process.once('SIGINT', close).once('SIGTERM', close)
}
