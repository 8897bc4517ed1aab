-- Who declares the tax on what a channel sells: we, or the marketplace by law. What it collects is listed with the lines and is not owed by us.
alter table channel add column tax_collected_by text not null default 'us' constraint channel_tax_collected_by check (tax_collected_by in ('us', 'marketplace'));
