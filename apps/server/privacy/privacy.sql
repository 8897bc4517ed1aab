-- name: list_retention
select what, country, years, days, basis
from platform_retention
order by what, country;

-- name: insert_erasure
insert into platform_erasure (id, kind, subject_id, asked_by, erased_at, receipt)
values ($1, $2, $3, $4, $5, $6);

-- name: find_erasure
select id, kind, subject_id, asked_by, (extract(epoch from erased_at) * 1000)::bigint as erased_at, receipt
from platform_erasure
where subject_id = $1
order by erased_at desc
limit 1;

-- name: known_erasures
select id
from platform_erasure
where id = any ($1::uuid[]);

-- name: forget_origins
update platform_origin
set address = null, user_agent = null
where principal_id = $1 and address is not null
returning id;

-- A key's row holds a hash of what was sent; of what was sent about the person nothing stays.
-- The key of the erasure itself stays: it was hashed with an id alone, and a repeat is to be given the receipt.
-- name: forget_keys
delete from platform_key
where event_number in (
  select number from platform_event
  where subject_id = $1 and topic in ('customer', 'staff') and type not in ('CustomerErased', 'PersonErased')
);

-- name: import_files_until
select max(coalesce(i.finished_at, i.created_at)) as finished_at
from platform_import i
where i.kind = 'customers' and exists (select 1 from platform_file_part p where p.file_id = i.file_id);

-- What somebody sent and nobody went on with is given up before its file goes. A comparison is finished once it was looked at.
-- name: give_up_imports
update platform_import
set state = 'cancelled', finished_at = coalesce(finished_at, created_at), version = version + 1
where state in ('uploading', 'needs_choice', 'checked') and not (kind = 'comparison' and state = 'checked') and coalesce(finished_at, created_at) < $1;

-- name: delete_import_files
delete from platform_file_part p
using platform_import i
where p.file_id in (i.file_id, i.pictures_file_id) and coalesce(i.finished_at, i.created_at) < $1 and i.state not in ('checking', 'running', 'undoing');

-- name: blank_import_problems
update platform_import_problem p
set value = ''
from platform_import i
where i.id = p.import_id and i.finished_at < $1 and p.value <> '';

-- name: events_about
select number, type, recorded_at, body
from platform_event
where subject_id = $1 and ($2::bigint is null or number < $2)
order by number;

-- What a customer has beside orders: balances, groups, offers, vouchers, carts that were left, and what taxes ask. One list, each with what it is.
-- name: owned_by_customer
select 'store credit' as what, a.currency, a.balance_minor as amount, null::text as name, a.created_at as since, null::timestamptz as until
from reward_account a where a.customer_id = $1
union all
select 'points', p.currency, p.balance, r.name, null, p.next_expiry::timestamptz
from reward_points p join reward_programme r on r.id = p.programme_id where p.customer_id = $1
union all
select 'group', null, null, g.name, null, null
from price_customer_group_member m join price_customer_group g on g.id = m.group_id where m.customer_id = $1
union all
select 'offer', null, null, q.name, o.created_at, o.valid_until
from price_personal_offer o join price_promotion q on q.id = o.promotion_id where o.customer_id = $1
union all
select 'voucher', v.currency, v.amount_minor - v.taken_back_minor, null, v.issued_at, v.valid_until
from price_earned_voucher v where v.customer_id = $1
union all
select 'left cart', c.currency, c.total_minor, c.reference, c.left_at, null
from price_left_cart c where c.customer_id = $1
union all
select 'VAT number', null, null, b.vat_id, null, null
from price_tax_buyer b where b.customer_id = $1 and b.vat_id is not null
union all
select 'tax exemption', null, null, concat_ws(' ', e.jurisdiction, e.reason, e.certificate), e.valid_from::timestamptz, e.valid_until::timestamptz
from price_tax_exemption e where e.customer_id = $1
order by what, since, name;

-- name: forget_left_carts
delete from price_left_cart
where customer_id = $1;
