-- How far a key goes in one act, as roles have it: what is absent is not limited.
alter table staff_api_key add column limits jsonb not null default '{}' check (jsonb_typeof(limits) = 'object');
alter table staff_pairing_code add column limits jsonb not null default '{}' check (jsonb_typeof(limits) = 'object');
