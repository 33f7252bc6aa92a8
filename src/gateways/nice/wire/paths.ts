export const nicePaths = {
  cancel: '/webapi/cancel_process.jsp',
  issueAccount: '/webapi/get_vacount.jsp',
  issueReceipt: '/webapi/cash_receipt.jsp',
  /** So spelled in NICE's manual. */
  status: '/webapi/inquery/trans_status.jsp',
  issueKey: '/webapi/billing/billing_regist.jsp',
  chargeKey: '/webapi/billing/billing_approve.jsp',
  revokeKey: '/webapi/billing/billkey_remove.jsp',
  keyIn: '/webapi/card_keyin.jsp',
} as const;
