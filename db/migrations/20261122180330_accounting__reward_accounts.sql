-- The accounts of gift cards, store credit and points for the legal entities that are there; new ones begin with them.
insert into accounting_account (entity_id, code, name, kind, role)
select e.entity_id, a.code, a.name, a.kind, a.role
from (select distinct entity_id from accounting_account) e
cross join (
  values
    ('1110', 'Gift cards and credit overdrawn', 'asset', 'reward_overdraft'),
    ('2310', 'Gift cards outstanding', 'liability', 'gift_card_liability'),
    ('2320', 'Store credit outstanding', 'liability', 'store_credit_liability'),
    ('2330', 'Loyalty points outstanding', 'liability', 'points_liability'),
    ('4050', 'Loyalty points granted and used', 'revenue', 'loyalty_points'),
    ('4060', 'Gift cards and points never used', 'revenue', 'reward_breakage')
  ) as a (code, name, kind, role)
on conflict do nothing;
