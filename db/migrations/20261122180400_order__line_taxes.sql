-- What promotions took off a line and which taxes are on it. Null: nothing, and one value added tax at tax_ppm that is owed to the order's tax_jurisdiction.
alter table order_line add column discounts jsonb;
alter table order_line add column taxes jsonb;
alter table order_header add column tax_jurisdiction text;
-- What promotions it uses, with the limits that held: given back when all of it is cancelled.
alter table order_header add column promotions jsonb;
