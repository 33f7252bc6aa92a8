export const cancelPath = '/payment/approval/cancel.do';
