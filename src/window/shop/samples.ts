/**
 * The code of each step, as a shop would have it. Each piece works by itself when it is pasted: only the addresses in it are this server's.
 */
export type RequestPay = Readonly<Record<string, string | number | boolean>>;

/** A value as JavaScript that may stand within a page. */
function literal(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  const text = JSON.stringify(value).slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'");
  // Nor may it end a template that the page stands in.
  return `'${text.replace(/</g, '\\u003c').replace(/[`$]/g, (sign) => (sign === '$' ? '\\u0024' : '\\u0060'))}'`;
}

function fields(request: RequestPay, indent: string): string {
  return Object.keys(request)
    .filter((name) => name !== 'merchant_uid' && name !== 'm_redirect_url')
    .map((name) => `${indent}${name}: ${literal(request[name] as string)},\n`)
    .join('');
}

export interface PageSample {
  readonly server: string;
  readonly userCode: string;
  readonly language: string;
  readonly title: string;
  readonly pay: string;
  readonly request: RequestPay;
  readonly hasCallback: boolean;
}

/** The page that opens the window. */
export function pageSample({ server, userCode, language, title, pay, request, hasCallback }: PageSample): string {
  const callback = `, function (rsp) {
      document.getElementById('answer').textContent = JSON.stringify(rsp, null, 2);
    }`;
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<script src="${server}/v1/iamport.js"></script>
<button id="pay">${pay}</button>
<pre id="answer"></pre>
<script>
  IMP.init('${userCode}');
  document.getElementById('pay').onclick = function () {
    IMP.request_pay({
${fields(request, '      ')}      merchant_uid: 'order-' + Date.now(),
      m_redirect_url: '${server}/shop',
    }${hasCallback ? callback : ''});
  };
</script>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}

/** The page that the browser is sent to with the result behind its address. */
export function returnSample(server: string, impUid: string): string {
  return `<!doctype html>
<meta charset="utf-8">
<!-- ${server}/shop?imp_uid=${impUid}&merchant_uid=...&imp_success=true -->
<pre id="answer"></pre>
<script>
  var query = new URLSearchParams(location.search);
  document.getElementById('answer').textContent =
    (query.get('imp_success') === 'true' ? 'paid? ask the server about ' : 'failed: ' + query.get('error_msg') + ' ') +
    query.get('imp_uid');
</script>
`;
}

/** The shop's REST API key and secret stay on its server; in none of these do they stand. */
function client(server: string): string {
  return `const server = '${server}';
// Your REST API key and secret. Without them: the demo pair, as the description of this sandbox's API has it.
const { IMP_KEY: imp_key, IMP_SECRET: imp_secret } = process.env;
const description = imp_key ? null : await (await fetch(server + '/openapi.json')).json();
const keys = description
  ? description.paths['/users/getToken'].post.requestBody.content['application/json'].example
  : { imp_key, imp_secret };

async function api(method, path, body, headers) {
  const answer = await fetch(server + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: body && JSON.stringify(body),
  });
  const { code, message, response } = await answer.json();
  if (code !== 0) throw new Error(message);
  return response;
}
`;
}

const logIn = "const { access_token: authorization } = await api('POST', '/users/getToken', keys);\n";

/** A whole shop in one file: the page, its callback, and the server that asks before it believes. */
export function shopSample({
  server,
  userCode,
  language,
  pay,
  request,
}: Omit<PageSample, 'title' | 'hasCallback'>): string {
  return `// node shop.mjs, and open http://127.0.0.1:3000
import { createServer } from 'node:http';
${client(server)}
const ordered = ${literal(Number(request.amount))};
const page = String.raw\`<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<script src="\${server}/v1/iamport.js"></script>
<button id="pay">${pay}</button>
<pre id="answer"></pre>
<script>
  function show(text) { document.getElementById('answer').textContent = text; }
  IMP.init('${userCode}');
  document.getElementById('pay').onclick = function () {
    IMP.request_pay({
${fields(request, '      ')}      merchant_uid: 'order-' + Date.now(),
      m_redirect_url: location.origin + '/complete',
    }, function (rsp) {
      if (!rsp.success) return show(rsp.error_msg);
      fetch('/complete?imp_uid=' + rsp.imp_uid).then(function (answer) { return answer.text(); }).then(show);
    });
  };
</script>\`;

createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://shop');
  if (pathname !== '/complete') {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    return response.end(page);
  }
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  try {
    const { access_token: authorization } = await api('POST', '/users/getToken', keys);
    const imp_uid = encodeURIComponent(searchParams.get('imp_uid'));
    const { status, amount } = await api('GET', '/payments/' + imp_uid, undefined, { authorization });
    response.end(amount === ordered ? status + ' ' + amount : 'paid ' + amount + ', ordered ' + ordered);
  } catch (error) {
    response.end(error.message);
  }
}).listen(3000, '127.0.0.1');
`;
}

/** Of the server, before the page is shown. */
export function orderSample(server: string, request: RequestPay): string {
  return `// node order.mjs
// What the order costs. A window that is opened for it with another amount is refused.
const order = {
  merchant_uid: 'order-' + Date.now(),
  amount: ${literal(Number(request.amount))},
  currency: ${literal(request.currency ?? 'KRW')},
};
${client(server)}
${logIn}console.log(await api('POST', '/payments/prepare', order, { authorization }));
`;
}

/** Of the server, once it has heard of an `imp_uid`. */
export function verifySample(server: string, impUid: string, ordered: number): string {
  return `// node verify.mjs
const imp_uid = '${impUid}';
const ordered = ${ordered}; // from your own database
${client(server)}
${logIn}const payment = await api('GET', '/payments/' + imp_uid, undefined, { authorization });
const { status, amount, cancel_amount } = payment;
if (amount !== ordered) throw new Error('paid ' + amount + ', ordered ' + ordered);
console.log(imp_uid, status, amount, 'cancelled', cancel_amount);
`;
}

/**
 * Of the server. The checksum is what can still be cancelled: run twice, it cancels once. The key lets a repeat of one request, whose answer
 * was lost, answer what the first one did.
 */
export function cancelSample(server: string, impUid: string, asked: Readonly<Record<string, string | number>>): string {
  return `// node cancel.mjs
const cancel = {
  imp_uid: '${impUid}',
${fields(asked, '  ')}};
${client(server)}
${logIn}const headers = { authorization, 'idempotency-key': crypto.randomUUID() };
const payment = await api('POST', '/payments/cancel', cancel, headers);
console.log(payment.imp_uid, payment.status, payment.cancel_amount, 'of', payment.amount);
`;
}

export function depositSample(server: string, impUid: string): string {
  return `curl -X POST ${server}/sandbox/vbanks/${impUid}/deposit\n`;
}

export function bookSample(server: string, provider: string, impUid: string): string {
  return `curl "${server}/sandbox/books/${provider}?imp_uid=${impUid}"\n`;
}
