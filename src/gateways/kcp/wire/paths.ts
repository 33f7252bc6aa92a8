export const paths = {
  cancel: '/gw/mod/v1/cancel',
  inquiry: '/std/inquery',
  payment: '/gw/hub/v1/payment',
} as const;

/** What a payment is made with: a card's number, or a batch key. */
export const cardTxTypes = { keyIn: '11121000', key: '11511000' } as const;

/** A batch key is deleted on the path of payments, too. */
export const keyDeletion = { payMethod: 'BATCH', txType: '10005010' } as const;
