export const nicePaths = {
  cancel: '/webapi/cancel_process.jsp',
  issueAccount: '/webapi/get_vacount.jsp',
  issueReceipt: '/webapi/cash_receipt.jsp',
  /** So spelled in NICE's manual. */
  status: '/webapi/inquery/trans_status.jsp',
} as const;
