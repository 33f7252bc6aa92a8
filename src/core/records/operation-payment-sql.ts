/**
 * Operations `o` with the payment `p` that they are about, or that belongs to what they are about (for lists and for a
 * person who looks; a subject without a payment is not in them).
 */
export const operationsWithPaymentSql = `operations o
     left join receipts r on r.merchant_id = o.merchant_id and r.id = o.receipt_id
     join payments p on p.merchant_id = o.merchant_id and p.id = coalesce(o.payment_id, r.payment_id)`;
