-- breaks older processes: a notice may tell that an order was changed, which older ones can't apply

-- Gateways that keep the orders themselves tell when the buyer, or they, have changed one.
alter table gateway_notices drop constraint gateway_notices_kind_check,
  add constraint gateway_notices_kind_check
    check (kind in ('deposit', 'deposit_reversed', 'refund_result', 'order_changed'));
