-- Who was forgotten: the row stays, because what they did stands under its id.
alter table staff_person add column erased_at timestamptz;
