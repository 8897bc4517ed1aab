-- What a person must look at: one for each event that asks for it (a promotion used beyond its limit, a card overdrawn, a payment that failed). It is written in the
-- commit of that event, as postings are, and not by a follower of the log: so nobody ever sees an overdraft without its task, what opens none costs one comparison
-- of a word, and no process reads all events once more. items: what it is about, as it was when it was opened.
create table task (
  id uuid primary key,
  event_number bigint not null unique check (event_number > 0),
  kind text not null check (kind in ('promotion_overused', 'reward_overdrawn', 'gift_card_not_charged', 'payment_failed')),
  entity_id uuid references company_legal_entity (id),
  location_id uuid references location (id),
  order_id uuid,
  currency text not null check (currency = '' or currency ~ '^[A-Z]{3}$'),
  items jsonb not null,
  opened_at timestamptz not null,
  done_at timestamptz,
  done_by uuid,
  note text not null default '' check (char_length(note) <= 1000),
  version bigint not null default 1 check (version > 0),
  constraint task_done check ((done_at is null) = (done_by is null))
);
create index task_open on task (event_number) where done_at is null;
