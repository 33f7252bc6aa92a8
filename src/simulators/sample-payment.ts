/**
 * For a module's `sampleCall`: the line of shell that pays 15,000 won by card in a simulator's window, and keeps the
 * transaction's number in `$ID`. `tidForm` is a basic regular expression that fits nothing else in the answer. The order
 * is another on every paste.
 */
export function payInWindowLine(url: string, mid: string, tidForm: string): string {
  const payment = {
    mid,
    orderName: 'Water',
    payMethod: 'card',
    currency: 'KRW',
    amountMinor: 15000,
    taxFreeMinor: 0,
    vatMinor: 0,
    buyer: { name: null, email: null, tel: null },
  };
  const body = `${JSON.stringify(payment).slice(0, -1)},"orderId":"order-'$(date +%s)'"}`;
  return `ID=$(curl -s ${url}/_simulator/window-payments --data '${body}' | grep -o '${tidForm}' | head -1)`;
}
