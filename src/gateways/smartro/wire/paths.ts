export const cancelPath = '/cancel/payCancelNVProcess.jsp';
