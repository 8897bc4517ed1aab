-- What rounding added to (or, negative, took off) the part of a sale that was paid in cash. A return's is negative where more was given back.
alter table order_header add column cash_rounding_minor bigint not null default 0;
