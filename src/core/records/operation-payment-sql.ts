/**
 * Operations `o` with the payment `p` that they are about, or that belongs to what they are about, if there is one; with the
 * receipt `r`, and the channel `c` (for lists and for a person who looks).
 */
export const operationsWithPaymentSql = `operations o
     left join receipts r on r.merchant_id = o.merchant_id and r.id = o.receipt_id
     left join payments p on p.merchant_id = o.merchant_id and p.id = coalesce(o.payment_id, r.payment_id)
     join channels c on c.id = o.channel_id`;

/** By which names a merchant and its gateway know what the operation is about; what has no payment has no `imp_uid`. */
export const operationNamesSql = `p.imp_uid, coalesce(p.merchant_uid, r.merchant_uid) as merchant_uid,
       coalesce(p.currency, r.currency) as currency, c.provider as provider`;

/** Whether the operation is about a payment or a receipt. One that makes or deletes a billing key ends by itself. */
export const movesMoneySql = 'coalesce(o.payment_id, o.receipt_id) is not null';
