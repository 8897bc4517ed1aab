-- Orders are also paid with gift cards, store credit and points.
alter table payment drop constraint payment_method_check;
alter table payment add constraint payment_method_check
  check (method in ('cash', 'card', 'bank', 'marketplace', 'on_account', 'voucher', 'gift_card', 'store_credit', 'points')) not valid;
