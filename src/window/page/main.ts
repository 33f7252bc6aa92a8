import { call } from '../call.ts';
import { h } from '../element.ts';
import type { CheckoutWindow, Envelope, Leaving, WindowState } from '../protocol.ts';
import { certificationForm } from './certification-form.ts';
import { type Container, containerOf } from './container.ts';
import { type Countdown, countdown } from './countdown.ts';
import { endedTitle, endedView, hasAccount } from './ended.ts';
import { type Form, formOf } from './form.ts';
import { orderView } from './order.ts';
import { paymentForm } from './payment-form.ts';
import { textIn } from './text.ts';

/** The page of a payment window: it shows what the server says, and keeps nothing that a reload would lose. */

const script = document.currentScript as HTMLScriptElement;
const token = location.pathname.split('/').filter(Boolean).pop() ?? '';
/** `…/checkout/{token}`, wherever the server stands. */
const address = `${script.src.replace(/\/assets\/[^/]*$/, '')}/${token}`;
const askMsMax = 20_000;
/** An approval is answered when the gateway has answered. */
const payMsMax = 120_000;
const pauseMs = 1_000;
/** So long an outcome stands there before the shop's page takes over. */
const glanceMs = 900;

const root = document.getElementById('window') as HTMLElement;
const live = h('p', { class: 'unseen', role: 'status' });
const content = h('div');
root.append(content, live);

let text = textIn(document.documentElement.lang === 'en' ? 'en' : 'ko');
let container: Container = containerOf(token, 'redirect');
let shown: CheckoutWindow | undefined;
let form: Form | undefined;
let clock: Countdown | undefined;
let polling = 0;
/** Seconds by which the server's clock is ahead. */
let ahead = 0;
let isBusy = false;
/** The end was reached before this page's eyes, so that it goes on by itself; one that comes back to it later does not. */
let sawItOpen = false;

type Answer = Envelope<CheckoutWindow>;

async function ask(method: 'GET' | 'POST', path: string, body?: object, msMax: number = askMsMax): Promise<Answer> {
  const asked = call<CheckoutWindow>(
    method,
    `${address}/${path}`,
    msMax,
    body && JSON.stringify(body),
    'application/json',
  );
  const answer = await asked.answer;
  const date = Date.parse(asked.header('date') ?? '');
  if (date) ahead = (date - Date.now()) / 1_000;
  return answer;
}

async function load(): Promise<void> {
  try {
    const { code, response } = await ask('GET', 'window');
    if (code === 0 && response) show(response);
    else draw(text.words.unknownWindow, []);
  } catch {
    const { words: w } = text;
    const retry = h('button', { type: 'button', class: 'primary', onclick: () => void load() }, w.retry);
    draw(w.loadFailed, [h('div', { class: 'buttons' }, retry)]);
  }
}

function show(next: CheckoutWindow): void {
  const before: WindowState | undefined = shown?.state;
  const isFirst = shown === undefined;
  shown = next;
  if (isFirst) {
    text = textIn(next.language);
    container = containerOf(token, next.way);
    document.documentElement.lang = next.language;
    container.hint('ready');
  }
  if (next.state !== 'ended') sawItOpen = true;
  if (before === next.state && next.state !== 'ended') return;
  clearTimeout(polling);
  clock?.stop();
  clock = undefined;
  form = undefined;
  if (isFirst && container.isPopup) void watch();
  if (next.state === 'open') showOpen(next);
  else if (next.state === 'working') showWorking(next);
  else showEnded(next);
  // Whoever acted is led to what came of it.
  if (!isFirst) root.querySelector('h1')?.focus();
}

function showOpen(now: CheckoutWindow): void {
  const leave = (why: Leaving) => () => void leaveFor(why);
  const onSubmit = (body: object) => void pay(body);
  const made =
    now.kind === 'certification'
      ? formOf(certificationForm(now, text), text, onSubmit, leave('cancelled'))
      : formOf(paymentForm(now, text, leave('closed')), text, onSubmit, leave('cancelled'));
  form = made;
  clock = countdown(now.expires_at, () => Date.now() / 1_000 + ahead, text, announce, leave('expired'));
  draw(title(now), [orderView(now, text), made.element, clock.element]);
}

function showWorking(now: CheckoutWindow): void {
  const { words: w } = text;
  const meaning = h('p', {}, w.workingMeaning);
  draw(w.working, [h('div', { class: 'spinner' }), meaning, orderView(now, text)]);
  announce(`${w.working}. ${w.workingMeaning}`);
  poll(meaning);
}

function poll(meaning: HTMLElement): void {
  polling = window.setTimeout(async () => {
    try {
      const { response } = await ask('GET', 'window');
      if (response && response.state !== 'working') {
        show(response);
        if (response.state === 'open') complain(text.words.notTaken);
        return;
      }
      meaning.textContent = text.words.workingMeaning;
    } catch {
      meaning.textContent = `${text.words.workingMeaning} ${text.words.reconnecting}`;
    }
    poll(meaning);
  }, pauseMs);
}

function showEnded(now: CheckoutWindow): void {
  const { ended } = now;
  if (!ended) return;
  const { words: w } = text;
  const outcome = endedTitle(now, ended, text);
  const isRead = !hasAccount(ended);
  const done = h(
    'button',
    { type: 'button', class: 'primary', onclick: go },
    container.isFrame || container.isPopup ? w.done : w.back,
  );
  draw(
    outcome,
    [...endedView(now, ended, text, announce), orderView(now, text), h('div', { class: 'buttons' }, done)],
    ended.result.success ? 'good' : 'bad',
  );
  announce(ended.result.success ? outcome : `${outcome}. ${ended.result.error_msg ?? ''}`);
  if (!isRead) return;
  // The shop's page waits for it; a page of its own goes on when the buyer has seen the outcome.
  if (container.isFrame) go();
  else if (sawItOpen) setTimeout(go, glanceMs);
}

/**
 * Whoever opened a popup can't close it: it has no opener, and is of another origin. So it looks for its end by itself, which the shop's page
 * may have brought about.
 */
async function watch(): Promise<void> {
  while (shown?.state === 'open') {
    const askedAt = Date.now();
    try {
      const { response } = await ask('GET', 'result?wait=20', undefined, 30_000);
      if (response?.state === 'ended') await refresh();
    } catch {
      // The next one may come through.
    }
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, askedAt + pauseMs - Date.now())));
  }
}

/** On to the shop, which for a popup means to be gone. */
function go(): void {
  if (container.isFrame) {
    container.hint('ended');
  } else if (container.isPopup) {
    window.close();
    // A browser that lets no page do that says nothing.
    setTimeout(() => {
      if (!root.querySelector('.by-hand'))
        root.querySelector('main')?.append(h('p', { class: 'by-hand' }, text.words.closeByHand));
      announce(text.words.closeByHand);
    }, glanceMs);
  } else {
    location.href = `${address}/return`;
  }
}

async function pay(body: object): Promise<void> {
  if (isBusy) return;
  isBusy = true;
  form?.setSending(true);
  announce(text.words.sending);
  try {
    const { response, message } = await ask('POST', 'pay', body, payMsMax);
    if (response) show(response);
    else complain(message ?? text.words.notTaken);
  } catch {
    // It may have arrived: the server knows.
    if (shown) show({ ...shown, state: 'working' });
  } finally {
    isBusy = false;
    form?.setSending(false);
  }
}

async function leaveFor(why: Leaving): Promise<void> {
  if (isBusy || shown?.state !== 'open') return;
  isBusy = true;
  form?.setSending(true);
  try {
    await ask('POST', 'leave', { why });
    const { response, message } = await ask('GET', 'window');
    if (response) show(response);
    else complain(message ?? text.words.leaveFailed);
  } catch {
    complain(text.words.leaveFailed);
  } finally {
    isBusy = false;
    form?.setSending(false);
  }
}

function title({ kind, order }: CheckoutWindow): string {
  const { words: w } = text;
  if (kind === 'certification') return w.certification;
  return order.is_key ? w.key : w.payment;
}

function draw(heading: string, elements: readonly HTMLElement[], mood = ''): void {
  const { words: w } = text;
  document.title = heading;
  const isCertification = shown?.kind === 'certification';
  content.textContent = '';
  content.append(
    h(
      'header',
      { class: 'sandbox' },
      h('strong', {}, w.sandbox),
      ` ${isCertification ? w.noCertification : w.noMoney}`,
    ),
    h('main', { class: mood }, h('h1', { tabindex: -1 }, heading), ...elements),
  );
  tellHeight();
}

function complain(sentence: string): void {
  form?.complain(sentence);
}

function announce(sentence: string): void {
  live.textContent = sentence;
}

function tellHeight(): void {
  container.hint('resize', root.offsetHeight);
}

document.addEventListener('keydown', (event) => {
  const isOver = container.isFrame || container.isPopup;
  if (event.key === 'Escape' && isOver && !event.defaultPrevented) void leaveFor('cancelled');
});
// Back and forth between pages: what stands here may be long over.
window.addEventListener('pageshow', ({ persisted }) => {
  if (!persisted) return;
  shown = undefined;
  sawItOpen = false;
  void load();
});
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible' && shown?.state === 'open' && !isBusy) void refresh();
});
// Another tab may have gone on with the same window.
async function refresh(): Promise<void> {
  try {
    const { response } = await ask('GET', 'window');
    if (response && !isBusy) show(response);
  } catch {
    // What stands here is still right, as far as anybody knows.
  }
}
root.addEventListener('toggle', tellHeight, true);
root.addEventListener('change', tellHeight);

draw(text.words.payment, [h('p', {}, text.words.loading)]);
void load();
