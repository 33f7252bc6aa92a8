export const cancelPath = '/payment/approval/cancel.do';
export const keyChargePath = '/payment/approval/ssbbill.do';
