/** INVENTED: every path. */

export const paths = {
  // if approve
  approve: '/v1/cards/approve',
  // end
  // if issue_vbank
  issueAccount: '/v1/virtual-accounts/issue',
  // end
  // if revoke_vbank
  revokeAccount: '/v1/virtual-accounts/revoke',
  // end
  // if cvs
  issueBarcode: '/v1/barcodes/issue',
  // end
  // if revoke_barcode
  revokeBarcode: '/v1/barcodes/revoke',
  // end
  // if receipts
  issueReceipt: '/v1/cash-receipts/issue',
  // end
  // if revoke_receipt
  revokeReceipt: '/v1/cash-receipts/revoke',
  // end
  // if cancel
  cancel: '/v1/payments/cancel',
  // end
  /** A payment by its order id. */
  findPayment: '/v1/payments/find',
  /** The first answer to a request, by the request's path and idempotency key. */
  findRequest: '/v1/requests/find',
} as const;
