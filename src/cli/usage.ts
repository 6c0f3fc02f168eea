/** A wrong command line: its message says what to do. */
export class UsageError extends Error {}

export const usage = `Usage: njord-telemetry <command> [options]

Commands
  aggregator   merges the metrics that processes publish over Redis, serves them to scrapers, and keeps a journal
  alerts       checks, tests, replays and tries out rules of alerts and their routing
  cleanup      compresses, rolls up and deletes a journal's segments as a retention policy says
  report       what the books recorded as a tear sheet: HTML, JSON or Markdown

njord-telemetry <command> --help tells a command's options.
Exit codes: 0 done, 1 failed, 2 wrong command line.
`

export const aggregatorUsage = `Usage: njord-telemetry aggregator --redis URL [options]

Merges what processes publish on telemetry.metrics and serves it under /metrics, until SIGINT or SIGTERM.

  --redis URL         redis://host:port or rediss://host:port
  --listen HOST:PORT  where scrapers find it (default 127.0.0.1:9090; port 0 takes a free one)
  --journal DIR       keeps closed windows there, and the state from which it goes on after a crash (default: no history, no state)
  --policy FILE       retention of the journal, as config/retention.yaml (default: keeps everything)
  --fsync POLICY      always, interval or never (default interval: a power cut loses a second at most)
  --grace SECONDS     how long after its end a window takes late samples (default 300)
  --log LEVEL         fatal, error, warn, info, debug or silent (default info), to standard error
  --help              prints this

NJORD_METRICS_TOKEN, where set, is the bearer token that scrapers present; without it only the loopback address is answered.
`

export const cleanupUsage = `Usage: njord-telemetry cleanup --policy FILE --journal DIR [--dry-run] [--quiet]

Does now what the policy asks for, and prints a table of it. An aggregator that writes to the journal does so by itself, at the times
of its own --policy: stop it first, or use --dry-run.

  --policy FILE   as config/retention.yaml
  --journal DIR   the journal's directory
  --dry-run       prints what would be done, and changes nothing; needs no lock
  --quiet         no progress on standard error
  --help          prints this
`

export const reportUsage = `Usage: njord-telemetry report --url URL | --journal DIR [options]

Writes what the books of a portfolio recorded as a tear sheet: where the money came from, what costs took, how it was beside the market.

  --url URL         a running host, as in http://127.0.0.1:3000; with a prefix, if it has one
  --journal DIR     a journal to which a host wrote its books (without trades, which are kept in memory only): of all its sessions, added up
  --portfolio ID    which portfolio of the journal, where it has several
  --time-zone ZONE  of the days, for a journal: as in Europe/Oslo (default UTC)
  --out FILE        ends in .html, .json or .md; without it Markdown goes to standard output
  --from TIME       2022-01-01, 2022-01-01T12:00Z, or seconds since 1970 (default: all that is recorded); from when the last session began, it alone
  --to TIME         the same
  --benchmark LIST  markets bought in equal parts and held, separated by commas; none for none (default: the host's)
  --method METHOD   how effects are linked: carino (default), menchero, grap or frongello
  --period PERIOD   day, hour or minute (default: by the length of the time)
  --quiet           no progress on standard error
  --help            prints this

NJORD_METRICS_TOKEN, where set, is the bearer token that is presented to the host.
`
