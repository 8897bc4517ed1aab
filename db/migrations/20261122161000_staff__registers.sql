-- A PIN opens a short session at the registers of one location. What is kept is the hash, sealed: four digits are soon tried.
create table staff_pin (
  person_id uuid not null references staff_person (id),
  location_id uuid not null,
  sealed_hash text not null,
  failed_tries integer not null default 0 check (failed_tries >= 0),
  set_at timestamptz not null,
  set_by uuid not null,
  primary key (person_id, location_id)
);
create index staff_pin_location on staff_pin (location_id);

create table staff_badge (
  id uuid primary key,
  person_id uuid not null references staff_person (id),
  code_hash text not null unique,
  ending text not null,
  issued_at timestamptz not null,
  issued_by uuid not null,
  blocked_at timestamptz,
  blocked_by uuid
);
create index staff_badge_person on staff_badge (person_id);

-- Wrong PINs and unknown badges at a register, whoever they were tried for.
create table staff_register_try (
  register_id uuid primary key,
  failed_tries integer not null check (failed_tries >= 0),
  since timestamptz not null
);

-- A session that was opened at a register is worth what its person may do there.
alter table staff_session
  drop constraint staff_session_method_check,
  add constraint staff_session_method_check check (method in ('password', 'passkey', 'company', 'invitation', 'pin', 'badge')),
  add column register_id uuid,
  add column entity_id uuid,
  add column location_id uuid,
  add constraint staff_session_place check (register_id is null or (entity_id is not null and location_id is not null));
