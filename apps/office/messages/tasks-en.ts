/** The words of tasks. */
export const tasksEn = {
  title: 'Tasks',
  waiting: '{count, plural, one {one is open} =100 {a hundred or more are open} other {# are open}}',
  state: 'State',
  open: 'Open',
  done: 'Done',
  kind: 'What happened',
  anyKind: 'Anything',
  about: 'About',
  location: 'Location',
  at: 'Since',
  sale: 'From',
  empty: 'Nothing to do',
  emptyText:
    'When a till without a network goes beyond a limit or a balance, or a payment fails, it waits here for a person.',
  noneDone: 'Nothing was done yet',
  noneDoneText: 'Tasks that somebody has dealt with stand here, with what was done.',
  close: 'Close',
  whatToDo: 'What to do',
  note: 'What was done (optional)',
  noteText: 'For whoever asks later.',
  doneButton: 'Done',
  doneToast: 'Done.',
  undo: 'Undo',
  reopen: 'Open again',
  reopened: 'Open again.',
  wasDone: 'Done <at></at>',
  customer: 'Customer {number}',
  card: 'Gift card …{lastFour}',
  unknownCard: 'A gift card that nobody knows',
  credit: 'Store credit',
  points: 'Points',
  payment: 'A payment',
  kinds: {
    promotion_overused: 'Promotion used beyond its limit',
    reward_overdrawn: 'More was taken than there was',
    gift_card_not_charged: 'A gift card was sold and is empty',
    payment_failed: 'A payment failed',
  },
  toDo: {
    promotion_overused:
      'The customers have paid and left: nothing is to be asked back. Look whether the promotion should end, or its limit be raised, and whether tills must be online to use it.',
    reward_overdrawn:
      'What was taken is gone. Ask the customer for the difference, or put it on the account as goodwill. What comes onto the account next fills the hole by itself.',
    gift_card_not_charged:
      'The customer has paid for the card. Let the card go on and put the amount on it, or give the customer another one.',
    payment_failed:
      'Look at the payment at its provider, and ask the customer for another way to pay, or write the amount off.',
  },
  overuses: 'Used {count, plural, one {once} other {# times}} beyond its limit.',
  overusesOfCustomer: 'One customer used it {count, plural, one {once} other {# times}} more than allowed.',
  overusesOfCoupon: 'A code or an offer was used {count, plural, one {once} other {# times}} more than allowed.',
  overspent: '{amount} beyond its budget.',
  overdrawn: '{amount} more than was on it.',
  overdrawnPoints: '{points, plural, one {One point} other {# points}} more than there were.',
  still: 'Still overdrawn: {amount}.',
  stillPoints: '{points, plural, one {One point is} other {# points are}} still owed.',
  settled: 'Nothing is owed any more.',
  notCharged: '{amount} were paid and could not be put on it.',
  actions: {
    authorise: '{amount} could not be authorised.',
    capture: '{amount} could not be taken.',
    void: 'The hold on {amount} could not be released.',
    refund: '{amount} could not be given back.',
  },
};

/** Why a task is refused. */
export const taskReasonsEn = {
  task_done_before: 'Somebody else has done it already.',
  task_open: 'It is open already.',
};
