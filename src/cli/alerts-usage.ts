/** What `njord-telemetry alerts --help` prints. */
export const alertsUsage = `Usage: njord-telemetry alerts <check | test | replay | drill>

  check FILES   whether files of rules and of routing are well
  test FILES    runs unit tests of rules, and of what is notified
  replay        when rules would have fired over a journal, and what would have been sent where
  drill NAME    sends a marked test alert along its real route on a running host

njord-telemetry alerts <command> --help tells more of each, with an example.
Exit codes: 0 all is well, 1 something is not, 2 wrong command line.
`

/** What `njord-telemetry alerts <command> --help` prints. */
export const alertsUsages = {
  check: `Usage: njord-telemetry alerts check FILES

Whether files of rules are well, as promtool check rules says, and the short form of thresholds; and whether files of routing are, as amtool
check-config says. Also what of a routing file would tell nobody: receivers that need a real Alertmanager, secrets that the environment lacks.

  FILES    files, or patterns of them
  --help   prints this

Example
  njord-telemetry alerts check config/alerts.yaml 'config/rules/*.yaml' config/alertmanager.yml
`,
  test: `Usage: njord-telemetry alerts test FILES

Runs unit tests of rules, in the format of promtool test rules and with its verdicts; with routing_file and notification_test, of what is
notified too.

  FILES    files of tests: which rules they are about stands in them
  --help   prints this

Example
  njord-telemetry alerts test tests/drawdown.yaml
`,
  replay: `Usage: njord-telemetry alerts replay --rules FILES --journal DIR [options]

When rules would have fired over a journal, and what would have been sent where. Nothing is sent. The journal may be that of a host that is
running: its newest minutes, which are not in the journal yet, are read from the state beside it, once it has run for six.

  --rules FILES     rules, or patterns of such files; may be there several times
  --journal DIR     the history: of npm start -- --data DIR it is DIR/journal
  --routes FILE     an alertmanager.yml (default: everything to the log and to the bus)
  --from TIME       2022-01-01, 2022-01-01T12:00Z, or seconds since 1970 (default: the journal's first day)
  --to TIME         the same (default: now, or the end of the journal's last day)
  --label N=VALUE   put on every series, as the host does: --label job=njord --label instance=host:3000
  --silences FILE   silences that were there, as amtool silence query -o json prints them
  --interval S      of groups that name none, in seconds (default 60)
  --query-offset S  how far back groups look that do not say it, in seconds (default 0)
  --resend-delay S  how long a firing alert is not told of again, in seconds (default 60)
  --external-label N=VALUE  put on every alert, and known to templates, as externalLabels of the host; may be there several times
  --external-url URL        where the host's pages are, as its externalUrl
  --json            prints JSON instead of tables
  --quiet           no progress on standard error
  --help            prints this

Example
  njord-telemetry alerts replay --rules config/alerts.yaml --routes config/alertmanager.yml --journal data/journal --from 2026-11-14
`,
  drill: `Usage: njord-telemetry alerts drill NAME --url URL [options]

Sends an alert as the host's rule NAME would along its real route, waits until everybody was told of it, and ends it. It has the label
drill="true", which a route may look for, and people do hear of it.

  --url URL         the host, as in http://127.0.0.1:3000; with a prefix, if it has one
  --label N=VALUE   a label of the alert; those of the host's rule of that name and of externalLabels are there already
  --any-name        NAME is of alerts that come from elsewhere: the host need not have a rule of that name
  --wait S          how long to wait for its groups, in seconds (default 60)
  --help            prints this

NJORD_METRICS_TOKEN, where set, is the bearer token that is presented to the host.

Example
  njord-telemetry alerts drill high_drawdown --url http://127.0.0.1:3000 --label strategy_id=chase
`
} as const
