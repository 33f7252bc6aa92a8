// Lines of shell for a gateway's `sampleCall`. They work in any POSIX shell with curl and node, every time that they are pasted.

/** A text as one word for the shell, whatever stands in it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A body whose values may name what was kept before: `"tid":"$TID"` is written `{ tid: '$TID' }`. */
export function jsonWord(value: unknown): string {
  return quoted(JSON.stringify(value)).replace(/\$([A-Z]+)/g, `'"$$$1"'`);
}

/**
 * A buyer pays 15,000 of the currency's minor unit in the simulator's window, for a new order. The gateway's transaction is
 * kept in `$TID`.
 */
export function payInWindowLine(url: string, mid: string, payMethod = 'card', currency = 'KRW'): string {
  return payLine(url, quoted(windowBody(mid, payMethod, currency)));
}

/** The same, where the gateway wants to be told the order as well: it is kept in `$ORDER`. */
export function payOrderLines(url: string, mid: string, payMethod = 'card', currency = 'KRW'): readonly string[] {
  const order = keepLine('ORDER', `node -p '"order-" + Date.now()'`);
  return [order, payLine(url, jsonWord({ ...windowPayment(mid, payMethod, currency), orderId: '$ORDER' }))];
}

function payLine(url: string, body: string): string {
  return keepLine('TID', `curl -s ${url}/_simulator/window-payments -d ${body} | ${textIn('gatewayTid')}`);
}

export function windowBody(mid: string, payMethod = 'card', currency = 'KRW'): string {
  return JSON.stringify(windowPayment(mid, payMethod, currency));
}

function windowPayment(mid: string, payMethod: string, currency: string) {
  return {
    mid,
    orderName: 'Water',
    payMethod,
    currency,
    amountMinor: 15000,
    taxFreeMinor: 0,
    vatMinor: 0,
    buyer: { name: null, email: null, tel: null },
  };
}

/** Takes one text out of a JSON answer that comes through a pipe. */
export function textIn(name: string): string {
  return `sed 's/.*"${name}":"\\([^"]*\\)".*/\\1/'`;
}

/** A number that no order has yet, in `$N`. */
export const newNumberLine = keepLine('N', `node -p 'Date.now()'`);

/** The day in Seoul, or the second, as most gateways write times. */
export const seoulDayLine = keepLine('DAY', 'TZ=KST-9 date +%Y%m%d');
export const seoulSecondLine = keepLine('AT', 'TZ=KST-9 date +%Y%m%d%H%M%S');

/** What a JavaScript expression makes of the words that follow it: they are the list `a`. Of `script`, no single quotes. */
export function computeLine(name: string, script: string, ...words: readonly string[]): string {
  return keepLine(name, `node -p 'const a = process.argv.slice(1); ${script}' -- ${words.join(' ')}`);
}

/** What a command prints, in a variable. */
export function keepLine(name: string, command: string): string {
  return `${name}=$(${command})`;
}
