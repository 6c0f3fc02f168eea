import neostandard from 'neostandard'

// The floors of the architecture: a folder imports only from the floors below it.
// A folder reaches a sibling of its own floor through an interface in src/contracts.
const floors = [
  { folder: 'contracts', allows: [] },
  { folder: 'clock', allows: [] },
  ...['config', 'bus', 'metrics', 'journal', 'series', 'statistics'].map(folder => ({ folder, allows: [] })),
  ...['exposition', 'packs', 'instrumentation', 'promql', 'aggregation'].map(folder => ({
    folder, allows: ['config', 'bus', 'metrics', 'journal', 'series']
  })),
  // Reads a registry as the exposition does, and writes it to a store.
  { folder: 'sampling', allows: ['config', 'metrics', 'series', 'exposition'] },
  ...['portfolio', 'attribution', 'alerting', 'grafana', 'query-api'].map(folder => ({
    folder,
    allows: ['config', 'bus', 'metrics', 'journal', 'series', 'statistics', 'exposition', 'packs', 'instrumentation', 'promql', 'aggregation']
  }))
]

// The report of the books is told by what stands above it: Telemetry, plugins, the command.
floors.push({ folder: 'report', allows: ['config', 'statistics', 'attribution', 'portfolio'] })
floors.push({ folder: 'dashboard', allows: floors.map(floor => floor.folder).filter(name => name !== 'attribution' && name !== 'grafana' && name !== 'report') })

const folders = floors.map(floor => floor.folder)

const floorRules = floors.map(({ folder, allows }) => {
  const forbidden = folders.filter(name => name !== folder && name !== 'contracts' && name !== 'clock' && !allows.includes(name))
  return {
    files: [`src/${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': ['error', {
        patterns: [
          { regex: `^\\.\\./(${forbidden.join('|')})/`, message: `src/${folder} may not import from its own floor or above; speak through src/contracts.` },
          { regex: '(^|/)plugins/|^fastify($|/)|^fastify-plugin$|^@fastify/(?!error$)', message: 'The core runs without a server: src never imports Fastify or plugins.' }
        ]
      }]
    }
  }
})

export default [
  ...neostandard({ ts: true, ignores: ['dist/**', '.tap/**', 'node_modules/**'] }),
  ...floorRules,
  {
    // The dashboard's page: it runs in the browser as it is.
    files: ['assets/**/*.js'],
    languageOptions: {
      globals: Object.fromEntries(['window', 'document', 'navigator', 'location', 'localStorage', 'matchMedia', 'fetch', 'URL', 'WebSocket',
        'EventSource', 'Intl', 'Event', 'ResizeObserver', 'requestAnimationFrame', 'setTimeout', 'clearTimeout', 'setInterval', 'performance',
        'devicePixelRatio', 'getComputedStyle', 'addEventListener'].map(name => [name, 'readonly']))
    }
  },
  {
    rules: {
      // A contract's schema and its type share one name; TypeScript itself refuses real redeclarations.
      '@typescript-eslint/no-redeclare': 'off',
      '@stylistic/max-len': ['error', { code: 155, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true }]
    }
  }
]
