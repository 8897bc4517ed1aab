-- What a register proves its facts with, sealed. What stood beside the register as it is is sealed and taken away when the program starts.
create table company_register_secret (
  register_id uuid primary key references company_register (id),
  sealed text not null check (sealed like 'sealed.%')
);

-- safe beside the version before: it reads secrets when it starts or hears of a change of the company; a register that it does not find one for is told to come back.
alter table company_register alter column fact_secret drop not null;
