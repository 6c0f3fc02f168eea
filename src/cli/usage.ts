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

export const alertsUsage = `Usage: njord-telemetry alerts <check | test | replay | drill>

  check FILES   whether files of rules and of routing are well: as promtool check rules and amtool check-config, and the short form of thresholds
  test FILES    runs unit tests of rules, in the format of promtool test rules; with routing_file and notification_test, of what is notified too
  replay        when rules would have fired over a journal, and what would have been sent where
  drill NAME    sends a marked test alert along its real route on a running host

FILES may be patterns as in 'config/rules/*.yaml'. Exit codes: 0 all is well, 1 something is not, 2 wrong command line.

njord-telemetry alerts replay --rules FILES --journal DIR [options]
  --rules FILES     rules; may be there several times
  --journal DIR     the history
  --routes FILE     an alertmanager.yml (default: everything to the log and to the bus)
  --from TIME       2022-01-01, 2022-01-01T12:00Z, or seconds since 1970 (default: the journal's first day)
  --to TIME         the same (default: the end of its last day)
  --label N=VALUE   put on every series, as the host does: --label job=njord --label instance=host:3000
  --silences FILE   silences that were there, as amtool silence query -o json prints them
  --interval S      of groups that name none, in seconds (default 60)
  --query-offset S  how far back groups look that do not say it, in seconds (default 0)
  --resend-delay S  how long a firing alert is not told of again, in seconds (default 60)
  --external-label N=VALUE  put on every alert, and known to templates, as externalLabels of the host; may be there several times
  --external-url URL        where the host's pages are, as its externalUrl
  --json            prints JSON instead of tables
  --quiet           no progress on standard error

njord-telemetry alerts drill NAME --url URL [options]
  --url URL         the host, as in http://127.0.0.1:3000; with a prefix, if it has one
  --label N=VALUE   a label of the alert; those of the host's rule of that name and of externalLabels are there already
  --wait S          how long to wait for its groups, in seconds (default 60)

NJORD_METRICS_TOKEN, where set, is the bearer token that is presented to the host. A drill has the label drill="true" and is ended at once.
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
