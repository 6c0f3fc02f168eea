// What tap's TypeScript loader transpiles with. A test and each program that it starts load some 300 files, and the loader keeps none of what it made of
// them: here it is kept, one entry a file, until the file or the compiler changes.
const { createHash, randomUUID } = require('node:crypto')
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')
const ts = require('typescript')

const folder = join(__dirname, '../node_modules/.cache/transpiled')
mkdirSync(folder, { recursive: true })

/** @param {string} text */
const hash = text => createHash('sha256').update(text).digest('hex')

/** @param {{ service: { config: { options: import('typescript').CompilerOptions } }, nodeModuleEmitKind?: 'nodecjs' | 'nodeesm' }} options */
exports.create = ({ service, nodeModuleEmitKind }) => {
  const module = nodeModuleEmitKind === 'nodecjs' ? ts.ModuleKind.CommonJS : ts.ModuleKind.ES2022
  const compilerOptions = { ...service.config.options, module, moduleResolution: ts.ModuleResolutionKind.Bundler }
  const made = hash(JSON.stringify([ts.version, compilerOptions]))

  return {
    /** @param {string} input @param {{ fileName: string }} options */
    transpile (input, { fileName }) {
      const path = join(folder, `${hash(fileName)}-${module}.json`)
      const key = hash(`${made} ${input}`)
      try {
        const known = JSON.parse(readFileSync(path, 'utf8'))
        if (known.key === key) return known.output
      } catch {
        // The first time, or another process is at it.
      }
      const { outputText, sourceMapText, diagnostics = [] } = ts.transpileModule(input, { fileName, compilerOptions, reportDiagnostics: true })
      const output = { outputText, sourceMapText, diagnostics }
      if (diagnostics.length > 0) return output
      const temporary = `${path}.${randomUUID()}`
      writeFileSync(temporary, JSON.stringify({ key, output }))
      renameSync(temporary, path)
      return output
    }
  }
}
