/** The words of how long personal data are kept. */
export const retentionEn = {
  title: 'Personal data',
  text: 'How long what is known of people is kept, and why. What is over is taken away by itself, four times a day. To give somebody their data, or to erase them, open the customer or the person.',
  rules: 'How long what is kept',
  none: 'No rules',
  noneText: 'Nothing is taken away by itself.',
  everywhere: 'Also the laws of countries where you keep no books',
  kept: 'What',
  howLong: 'How long',
  means: 'What that means',
  basis: 'Why',
  basisText: 'The law, or your reason. It stands in the receipt of an erasure.',
  what: {
    addresses: 'Where somebody acted from',
    sessions: 'Who was signed in when',
    import_files: 'Files that were imported',
  },
  invoicesIn: 'Details on invoices, {country}',
  otherInvoices: 'Details on invoices, any other country',
  meaning: {
    invoices:
      'The name and the address on an invoice stay so long after a customer is erased, because the law asks for it. Nobody sees them meanwhile.',
    addresses: 'The network address and the program of who did something. What they did stays in the audit.',
    sessions: 'Sessions that have ended.',
    import_files: 'The file itself, and the cells that are quoted in its problems. What it brought stays.',
  },
  years: '{count, plural, one {1 year} other {# years}}',
  days: '{count, plural, one {1 day} other {# days}}',
  yearsField: 'Years',
  yearsText: 'Counted from the end of the year in which the document was issued.',
  daysField: 'Days',
  touches: {
    invoices:
      'It holds for {people, plural, =0 {nobody yet} one {1 customer} other {# customers}} with {things, plural, one {1 document} other {# documents}}, once they are erased.',
    addresses:
      'The next run would forget {things, plural, =0 {nothing} one {1 address} other {# addresses}} of {people, plural, =0 {nobody} one {1 person or program} other {# people and programs}}.',
    sessions:
      'The next run would take away {things, plural, =0 {nothing} one {1 session} other {# sessions}} of {people, plural, =0 {nobody} one {1 person} other {# people}}.',
    import_files: 'The next run would take away {things, plural, =0 {nothing} one {1 file} other {# files}}.',
  },
  lastRun: 'The last run',
  neverRun: 'There was none yet. The first one comes within a minute of the start.',
  removed:
    '{addresses, plural, one {1 address} other {# addresses}}, {sessions, plural, one {1 session} other {# sessions}}, {cards, plural, one {the details of 1 customer} other {the details of # customers}} and {fileParts, plural, one {1 part of a file} other {# parts of files}} were taken away.',
  save: 'Save',
  saved: 'Saved. It holds from the next run on.',
  cancel: 'Cancel',
  close: 'Close',
  needsLength: 'How long?',
  nothingChanged: 'Nothing is changed yet.',
};
