import type Iamport from '../checkout.ts';
import type { RequestPayParams } from '../checkout.ts';
import { h, pairs } from '../element.ts';
import { moneyIn, timeIn } from '../format.ts';
import { type CancelForm, cancelForm } from './cancel-form.ts';
import { button, jsonView } from './controls.ts';
import { type Chosen, type OrderForm, orderForm } from './order-form.ts';
import { balanceOf, bookView, isIssued, isKeyOnly, verifyView } from './payment-view.ts';
import { picture } from './picture.ts';
import {
  bookSample,
  cancelSample,
  depositSample,
  orderSample,
  pageSample,
  type RequestPay,
  returnSample,
  shopSample,
  verifySample,
} from './samples.ts';
import { type GatewayCapabilities, type Look, type Order, Refused, shopApi } from './shop-api.ts';
import { type Step, step } from './step.ts';
import { words as allWords, type Language } from './words.ts';

/** The demo shop: one page that does what a shop does, from the click to the cancellation. */

/** The demo merchant's, whose keys the shop's server has. */
const userCode = 'imp00000000';
const server = location.origin;
const language: Language = document.documentElement.lang === 'en' ? 'en' : 'ko';
const words = allWords[language];
const money = moneyIn(language);
const time = timeIn(language);
const api = shopApi(language);

const root = document.getElementById('shop') as HTMLElement;
const steps = {
  order: step('order', words.orderTitle, words),
  result: step('result', words.resultTitle, words),
  verify: step('verify', words.verifyTitle, words),
  deposit: step('deposit', words.depositTitle, words),
  cancel: step('cancel', words.cancelTitle, words),
  book: step('book', words.bookTitle, words),
};
let gateways: readonly GatewayCapabilities[] = [];
let form: OrderForm | undefined;
/** Of a cancellation whose answer did not come: the same one again is no second one. */
let attempt: { readonly of: string; readonly key: string } | undefined;

function page(): void {
  const here = new URLSearchParams(location.search);
  const link = (lang: Language, name: string) => {
    const to = new URLSearchParams(here);
    to.set('lang', lang);
    return h(
      'a',
      { href: `/shop?${to}`, hreflang: lang, lang, 'aria-current': lang === language ? 'true' : null },
      name,
    );
  };
  root.append(
    h(
      'header',
      { class: 'top' },
      h(
        'div',
        { class: 'bar' },
        h('p', { class: 'brand' }, h('a', { href: `/shop?lang=${language}` }, words.shop)),
        h('nav', { 'aria-label': words.languages }, link('ko', '한국어'), link('en', 'English')),
      ),
      h('p', { class: 'sandbox' }, words.sandbox),
    ),
    h(
      'main',
      {},
      h(
        'div',
        { class: 'hero' },
        picture(),
        h(
          'div',
          {},
          h('h1', {}, words.productDefault),
          h('p', {}, words.productText),
          h('p', { class: 'intro' }, words.intro),
        ),
      ),
      ...Object.values(steps).map(({ element }) => element),
    ),
    h(
      'footer',
      {},
      h('a', { href: '/docs' }, words.docs),
      ' ',
      h('a', { href: `/shop?lang=${language}` }, words.newOrder),
    ),
  );
}

async function start(): Promise<void> {
  steps.order.show([h('p', {}, words.loading)], []);
  try {
    const [channels, capabilities] = await Promise.all([api.channels(userCode), api.capabilities()]);
    gateways = capabilities;
    form = orderForm(
      channels,
      capabilities,
      JSON.parse(root.dataset.gateways ?? '{}'),
      words,
      drawOrder,
      () => void pay(),
    );
    steps.order.show([form.element], []);
    drawOrder();
  } catch {
    steps.order.show(
      [h('p', { class: 'bad' }, words.loadFailed), button(words.retry, 'primary', () => void start())],
      [],
    );
    return;
  }
  const query = new URLSearchParams(location.search);
  if (query.get('imp_uid') || query.get('error_msg')) await comeBack(query);
}

function drawOrder(): void {
  if (!form) return;
  const chosen = form.read();
  const request = requestOf(chosen, { merchant_uid: '', amount: Number(chosen.amount) || 0 });
  const page = pageSample({
    ...{ server, userCode, language, request },
    title: words.shop,
    pay: words.pay,
    hasCallback: chosen.hasCallback,
  });
  steps.order.code([
    { name: words.codePage, text: page },
    { name: words.codeOrder, text: orderSample(server, request) },
  ]);
}

/** What `IMP.request_pay` is called with. */
function requestOf(chosen: Chosen, { merchant_uid, amount }: Order): RequestPay {
  const { provider, method, currency, name, issuesKey } = chosen;
  return {
    pg: provider,
    pay_method: method,
    merchant_uid,
    name,
    amount,
    ...(currency === 'KRW' ? {} : { currency }),
    buyer_name: words.holderDefault,
    buyer_tel: '010-1234-5678',
    buyer_email: 'buyer@example.com',
    ...(language === 'en' ? { language } : {}),
    ...(issuesKey ? { customer_uid: `shop-card-${Date.now()}` } : {}),
    ...(method === 'phone' ? { digital: true } : {}),
    m_redirect_url: `${server}/shop?lang=${language}`,
  };
}

async function pay(): Promise<void> {
  const { IMP } = window as { readonly IMP?: Iamport };
  if (!form) return;
  const chosen = form.read();
  if (!(Number(chosen.amount) > 0)) {
    steps.order.say(words.amountWrong, 'bad');
    document.getElementById('amount')?.focus();
    return;
  }
  if (!IMP) {
    steps.order.say(words.noScript, 'bad');
    return;
  }
  form.setBusy(true);
  steps.order.say(words.working);
  for (const each of [steps.result, steps.verify, steps.deposit, steps.cancel, steps.book]) each.hide();
  try {
    const order = await api.order({ amount: chosen.amount, currency: chosen.currency });
    const asked = requestOf(chosen, order);
    const request = asked as unknown as RequestPayParams;
    steps.order.say(words.paying);
    IMP.init(userCode);
    if (chosen.hasCallback) {
      IMP.request_pay(request, (answer) => void told(answer as unknown as Readonly<Record<string, unknown>>, asked));
    } else {
      IMP.request_pay(request);
    }
  } catch (error) {
    steps.order.say(sentenceOf(error), 'bad');
  } finally {
    form.setBusy(false);
  }
}

/** The callback of `IMP.request_pay`. */
async function told(answer: Readonly<Record<string, unknown>>, request: RequestPay): Promise<void> {
  steps.order.say('');
  steps.result.show(
    [
      answer.success
        ? h('p', { class: 'verdict' }, words.resultOk)
        : h('p', { class: 'verdict bad' }, `${words.resultBad} ${String(answer.error_msg ?? '')}`),
      jsonView(words.resultTitle, answer),
    ],
    [{ name: words.codeShop, text: shopSample({ server, userCode, language, request, pay: words.pay }) }],
  );
  steps.result.focus();
  if (typeof answer.imp_uid !== 'string') return;
  // A reload, and the other language, come back to this payment.
  const query = new URLSearchParams({ lang: language, imp_uid: answer.imp_uid });
  history.replaceState(null, '', `/shop?${query}`);
  await verify(answer.imp_uid);
}

/** The buyer was sent back here by the window, or opens an address that names a payment. */
async function comeBack(query: URLSearchParams): Promise<void> {
  const impUid = query.get('imp_uid') ?? '';
  const success = query.get('imp_success');
  const said = Array.from(query).filter(([name]) => name !== 'lang');
  const isAnswer = success !== null || query.has('error_msg');
  steps.result.show(
    [
      h('p', {}, isAnswer ? words.resultRedirect : words.resultReopened),
      pairs('facts', ...said.map(([name, value]): [string, string] => [name, value])),
      isAnswer &&
        (success === 'true'
          ? h('p', { class: 'verdict' }, words.resultOk)
          : h('p', { class: 'verdict bad' }, `${words.resultBad} ${query.get('error_msg') ?? ''}`)),
    ],
    isAnswer ? [{ name: words.codeReturn, text: returnSample(server, impUid) }] : [],
  );
  if (!impUid) return;
  await verify(impUid);
  steps.result.focus();
}

async function verify(impUid: string): Promise<void> {
  steps.verify.show([h('p', {}, words.verifyAsk)], []);
  await doing(steps.verify, impUid, () => api.look(impUid));
}

/** Does something at the shop's server, and shows the payment as it is then. What went wrong stands at the step where it did. */
async function doing(at: Step, impUid: string, work: () => Promise<Look>): Promise<boolean> {
  at.say(words.working);
  for (const each of Array.from(at.element.querySelectorAll<HTMLButtonElement>('.act button'))) each.disabled = true;
  try {
    const look = await work();
    at.say('');
    draw(look);
    return true;
  } catch (error) {
    for (const each of Array.from(at.element.querySelectorAll<HTMLButtonElement>('.act button'))) each.disabled = false;
    at.say(sentenceOf(error), 'bad');
    if (at === steps.verify && !steps.verify.element.querySelector('.act button')) {
      at.show([h('p', {}, words.verifyAsk), again(impUid)], []);
    }
    return false;
  }
}

function again(impUid: string): HTMLButtonElement {
  return button(words.verifyAgain, 'quiet', () => void verify(impUid));
}

function draw(look: Look): void {
  const { payment, order, book } = look;
  const { imp_uid: impUid } = payment;
  steps.verify.show(
    [h('p', {}, words.verifyAsk), ...verifyView(look, words, money, time), again(impUid)],
    [{ name: words.codeVerify, text: verifySample(server, impUid, order ? order.amount : payment.amount) }],
  );
  drawDeposit(look);
  drawCancel(look);
  if (payment.status === 'failed') steps.book.hide();
  else {
    steps.book.show(bookView(book, payment, words, money), [
      { name: words.codeBook, text: bookSample(server, payment.pg_provider, impUid) },
    ]);
  }
}

function drawDeposit({ payment }: Look): void {
  if (!isIssued(payment)) {
    steps.deposit.hide();
    return;
  }
  const { imp_uid: impUid } = payment;
  const deposit = button(words.deposit, 'primary', async () => {
    if (await doing(steps.deposit, impUid, () => api.deposit(impUid))) steps.verify.focus();
  });
  steps.deposit.show(
    [h('p', {}, words.depositAsk), deposit],
    [{ name: words.codeDeposit, text: depositSample(server, impUid) }],
  );
}

function drawCancel(look: Look): void {
  const { payment } = look;
  const isPaid = payment.status === 'paid' || payment.status === 'cancelled';
  if (!isPaid || isKeyOnly(look)) {
    steps.cancel.hide();
    return;
  }
  if (balanceOf(payment) <= 0) {
    steps.cancel.show([h('p', { class: 'verdict good' }, words.allCancelled)], []);
    return;
  }
  const { imp_uid: impUid, pg_provider: provider, pay_method: method } = payment;
  const limits = gateways
    .find((each) => each.pg_provider === provider)
    ?.pay_methods.find((each) => each.pay_method === method);
  const made: CancelForm = cancelForm(payment, limits, words, (part) => void cancel(part), drawCode);
  const balance = pairs('facts', [words.balance, money(balanceOf(payment), payment.currency)]);
  steps.cancel.show([h('p', {}, words.cancelAsk), balance, made.element], []);
  drawCode();

  function drawCode(): void {
    const { amount, checksum, ...asked } = made.read(true);
    const numbers = { ...(amount ? { amount: Number(amount) } : {}), checksum: Number(checksum) };
    steps.cancel.code([{ name: words.codeCancel, text: cancelSample(server, impUid, { ...numbers, ...asked }) }]);
  }

  async function cancel(part: boolean): Promise<void> {
    const asked = made.read(part);
    const of = JSON.stringify([impUid, asked]);
    if (attempt?.of !== of) attempt = { of, key: `shop-${Date.now()}-${Math.random().toString(36).slice(2)}` };
    const { key } = attempt;
    const isDone = await doing(steps.cancel, impUid, () => api.cancel(impUid, { ...asked, attempt: key }));
    if (!isDone) return;
    attempt = undefined;
    steps.verify.focus();
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Refused && error.message ? error.message : words.noAnswer;
}

page();
void start();
