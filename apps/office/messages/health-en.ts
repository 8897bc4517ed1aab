/** The words of the health of the installation. A check that can find several things has words for each reason (`why`); what the machine said (`detail`) stays as it said it. */
export const healthEn = {
  title: 'Health',
  summary: 'How the installation is',
  well: 'Everything is well',
  wellText:
    '{count, plural, one {One thing is} other {# things are}} looked at again and again, and nothing needs you.',
  wrong: '{count, plural, one {One thing needs somebody} other {# things need somebody}}',
  wrongText: 'What is wrong and what to do stands below; what needs you most stands first.',
  notYet: 'Nothing has been looked at yet',
  notYetText: 'The program has just been started. The first answers come within a minute.',
  lastLooked: 'Last looked at',
  version: 'Version',
  startedAt: 'Running since',
  whatToDo: 'What to do:',
  since: 'So since',
  looked: 'looked at',
  open: { quarantine: 'Open the quarantine', backups: 'Open the backups' },
  none: 'Nothing is looked at',
  noneText: 'This installation has no checks. Start the program anew.',
  checks: 'What is looked at',
  check: 'What',
  state: 'State',
  lookedAt: 'Last looked at',
  whenAsked: 'only when asked',
  soon: 'in a moment',
  lookNow: 'Look now',
  lookNowAt: 'Look now: {what}',
  mayNot: 'You may look, but not do this. Ask somebody who may manage the system.',
  states: {
    ok: 'Well',
    warn: 'Worth a look',
    bad: 'Needs somebody now',
    unknown: 'Not yet known',
    running: 'Looking …',
  },
  close: 'Close',
  testAlert: 'Send a test alert',
  nobody: 'Nobody is told when something is wrong',
  nobodyText:
    'Whoever runs the server sets ALERT_EMAIL to your address, or ALERT_WEBHOOK_URL to your chat, and starts it anew.',
  sentText: 'Look whether it arrived. This is what was tried:',
  sent: 'Sent',
  notSent: 'Not sent',
  ways: { mail: 'By e-mail', webhook: 'To your webhook' },
  not_looked_at: {
    problem: 'This could not be looked at: {detail}',
    remedy: 'See whether the database is well; it is looked at again by itself.',
  },
  known: {
    database: {
      title: 'Database',
      about: 'It answers, and fast enough for a queue at the till.',
      why: {
        silent: {
          problem: 'The database does not answer. It says: {detail}',
          remedy: 'See whether PostgreSQL runs and can be reached from this machine; its log says why if it does not.',
        },
        slow: {
          problem: 'The database takes {latencyMs, number} ms to answer the smallest question.',
          remedy: 'Every sale waits for it several times: look at its load, its disk and the network in between.',
        },
      },
      remedy:
        'See whether PostgreSQL runs and how busy it is: its load, its disk and the network in between. Every sale waits for it.',
    },
    disk: {
      title: 'Disk space',
      about: 'There is room for what you sell tomorrow.',
      problem:
        'Only {freeGb, number, ::.0} GB ({freeShare, number, ::percent}) are free on the disk of the data folder.',
      remedy: 'Make room or enlarge the disk. When it is full the database stops and nobody can sell.',
    },
    books: {
      title: 'Books balance',
      about: 'Debits and credits of the last two weeks are equal.',
      problem: 'The books of {days, plural, one {one day do} other {# days do}} not balance.',
      remedy:
        'The database refuses what does not balance, so this is a mistake of the program or somebody wrote past it. Stop nothing, keep a backup, and report it.',
    },
    books_audit: {
      title: 'Full audit of the books',
      about: 'Everything compared with everything. It reads the whole history, so it runs when you ask.',
      problem:
        '{days} days do not balance, {totals} totals differ from their entries, {levels} stock levels from their movements.',
      remedy:
        'The database refuses what does not balance, so this is a mistake of the program or somebody wrote past it. Stop nothing, keep a backup, and report it.',
    },
    jobs: {
      title: 'Jobs',
      about: 'Imports, mails and other work behind the scenes gets done.',
      why: {
        running_long: { problem: 'A job has been running for {minutes, number} minutes.' },
        waiting_long: { problem: 'Jobs wait: the oldest that is due has waited for {minutes, number} minutes.' },
        failed: {
          problem: '{failed, plural, one {One job} other {# jobs}} failed for good. The last one said: {detail}',
          remedy: 'Remove the cause and run them again, or dismiss them.',
        },
      },
      remedy: 'The log of the program names the cause. Starting the program anew takes its jobs up again.',
    },
    followers: {
      title: 'Followers of the event log',
      about: 'Live screens and webhooks keep up with what happens.',
      problem: '{follower} has still to read {behind, number} events.',
      remedy: 'It catches up by itself. If the number grows, look into the log of the program for it.',
    },
    quarantine: {
      title: 'Quarantine',
      about: 'No sale of a register waits because it could not be read or believed.',
      problem: '{waiting, plural, one {One fact waits} other {# facts wait}} in quarantine.',
      remedy: 'Open them and decide: they happened, and the books do not have them.',
    },
    replication: {
      title: 'Standbys',
      about: 'Copies of the database are up to date, if you have any.',
      problem: 'A standby is {lagSeconds, number} seconds behind.',
      remedy:
        'Reports show old figures, and a fail-over now would lose that much. Look at the disk and the network of the standby.',
    },
    clock: {
      title: 'Clocks',
      about: 'The program and the database agree what time it is.',
      problem: 'Two clocks differ by {skewSeconds, number} seconds.',
      remedy: 'Let both machines set their clocks by the network (NTP): prices begin and sessions end by them.',
    },
    migrations: {
      title: 'Migrations',
      about: 'The database has the shape that this version needs.',
      problem: '{pending, plural, one {One migration is} other {# migrations are}} not applied.',
      remedy: 'Start the program anew, or run: node oneshelf.mjs migrate',
    },
    partitions: {
      title: 'Partitions',
      about: 'Tables that only grow are cut ahead of use.',
      problem:
        '{behind, plural, one {One table} other {# tables}} should have been cut into a further partition by now.',
      remedy: 'The log says why not; the user of DATABASE_ADMIN_URL must own the tables. It is tried again every hour.',
    },
    certificate: {
      title: 'Certificate',
      about: 'Tills and browsers trust the address for a good while yet, if HTTPS is our own.',
      problem: 'The certificate holds for {days, plural, =0 {less than a day} one {one more day} other {# more days}}.',
      remedy: 'It should have been renewed: the log says why it was not. With HTTPS=files put new files in place.',
    },
    retailers: {
      title: 'Other retailers',
      about: 'All other retailers of this installation are open.',
      problem:
        '{notOpen, plural, one {One other retailer} other {# other retailers}} of this installation could not be opened.',
      remedy: 'The log says which and why. They are tried again every 30 seconds; the others are open.',
    },
    backup: {
      title: 'Backups',
      about: 'They are made as planned, and each one was read back.',
      why: {
        none: { problem: 'There is no backup yet.' },
        old: {
          problem:
            'The last good backup is {ageHours, plural, =0 {less than an hour} one {one hour} other {# hours}} old.',
        },
        failed: { problem: 'The last attempt failed. It said: {detail}' },
      },
      remedy: 'Remove the cause, then make a backup now and see whether it succeeds.',
    },
  },
};
