import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Page, Route } from 'playwright-core';
import type { ApiClient } from '../kit/api-client.ts';
import { demoSession } from '../kit/console-client.ts';
import { eventually } from '../kit/eventually.ts';
import { assertBooksAgree, bookOf, depositedVbank, payByCard, refundAccount } from '../kit/orders.ts';
import { briefLimits, type Sandbox, startSandbox } from '../kit/sandbox.ts';
import { noBrowser } from '../window/browser.ts';
import {
  axeIsCalm,
  type ConsoleBrowser,
  fitsWidth,
  type Language,
  narrow,
  openConsoleBrowser,
  shot,
  switchLanguage,
} from './kit/console-browser.ts';

let sandbox: Sandbox;
let shop: ApiClient;
let people: ConsoleBrowser;
before(async () => {
  if (noBrowser) return;
  sandbox = await startSandbox({ settings: briefLimits });
  shop = await sandbox.demo();
  people = await openConsoleBrowser();
});
after(async () => {
  await people?.close();
  await sandbox?.close();
});
afterEach(async () => {
  await shop.delete('/sandbox/faults');
  await people.tidy();
});
const options = { skip: noBrowser };

/** Somebody of the demo merchant's, in a browser of his own. */
async function person(
  role: 'owner' | 'manager' | 'operator',
  more: { readonly language?: Language; readonly isNarrow?: boolean } = {},
): Promise<Page> {
  const page = await people.newPerson({
    language: more.language ?? 'ko',
    ...(more.isNarrow ? { viewport: narrow } : {}),
  });
  const [name = '', value = ''] = (await demoSession(sandbox.url, role)).cookie.split('=');
  await page.context().addCookies([{ name, value, url: sandbox.url }]);
  return page;
}

const open = (page: Page, path: string) => page.goto(`${sandbox.url}/console${path}`);
const dialog = (page: Page) => page.getByRole('dialog');
const act = (page: Page, name: string | RegExp) => dialog(page).getByRole('button', { name });

/** The dialog of a payment, filled in. */
async function fill(page: Page, impUid: string, amount?: number): Promise<void> {
  await open(page, `/payments/${impUid}`);
  await page.getByRole('button', { name: '결제 취소…' }).click();
  if (amount !== undefined) {
    await dialog(page).getByRole('radio', { name: '일부' }).check();
    await dialog(page).getByRole('textbox', { name: '취소 금액' }).fill(String(amount));
  }
  await dialog(page).getByLabel('사유', { exact: true }).selectOption('고객 변심');
}

async function fillAccount(page: Page): Promise<void> {
  await dialog(page).getByLabel('환불 예금주').fill('홍길동');
  await dialog(page).getByLabel('환불 은행').selectOption('004');
  await dialog(page).getByLabel('환불 계좌번호').fill('123-456-789012');
}

/** As a server answers that does not even look at the request. */
const turnedAway = (status: number, error: string) => ({
  status,
  headers: { 'content-type': 'application/json', 'x-hwanbul-error': error, 'x-hwanbul-meaning': 'Nothing was done.' },
  body: JSON.stringify({ code: -1, message: '지금은 처리할 수 없습니다.', response: null }),
});

const keptInTab = (page: Page) => page.evaluate<string>('JSON.stringify(sessionStorage)');

test(
  'the dialog says what is going to happen, begins on Back, and a part is cancelled in the name of the member',
  options,
  async () => {
    const impUid = await payByCard(shop, 10_000);
    const page = await person('operator');
    await fill(page, impUid, 3000);
    assert.match(
      await dialog(page).locator('.consequence').innerText(),
      /3,000원 환불 → .*7221.*7,000원 남음.*되돌릴 수 없습니다/,
    );
    await shot(page, 'refund-dialog-ko');
    await axeIsCalm(page);
    await act(page, '3,000원 취소').click();
    await dialog(page).getByRole('heading', { name: '취소되었습니다' }).waitFor();
    await act(page, '닫기').click();
    await page.locator('.money-parts .cancelled', { hasText: '3,000원' }).waitFor();
    await page.getByText('두 장부가 같습니다.').waitFor();
    await page.locator('.timeline').getByText('operator@demo.invalid').first().waitFor();
    const [record] = (await shop.get(`/cancellations?imp_uid=${impUid}`)).response.list;
    assert.equal(record.reason, '고객 변심');
    await assertBooksAgree(shop, impUid);
    await page.getByRole('button', { name: '결제 취소…' }).click();
    await act(page, '돌아가기').waitFor();
    const focused = await page.evaluate<string>('document.activeElement.textContent');
    assert.ok(!/취소/.test(focused), `the focus is on ${focused}`);
  },
);

test(
  'a refund whose answer is lost is in doubt and no failure, and settles on the open page by itself',
  options,
  async () => {
    const impUid = await payByCard(shop, 1000);
    await shop.post('/sandbox/faults', { operation: 'inquire', kind: 'disconnect', count: 1_000 });
    await shop.post('/sandbox/faults', { operation: 'cancel', kind: 'lost_answer' });
    const page = await person('operator');
    await fill(page, impUid);
    await act(page, '1,000원 취소').click();
    await dialog(page).getByRole('heading', { name: '결과를 확인하고 있습니다' }).waitFor();
    assert.doesNotMatch(await dialog(page).innerText(), /실패했|실패하였/);
    await page.locator('.money-parts .reserved', { hasText: '1,000원' }).waitFor();
    await shot(page, 'refund-in-doubt-ko');
    await shop.delete('/sandbox/faults');
    await dialog(page).getByRole('heading', { name: '취소되었습니다' }).waitFor();
    await act(page, '닫기').click();
    await page.locator('.money-parts .cancelled', { hasText: '1,000원' }).waitFor();
    assert.equal((await bookOf(shop, impUid)).cancels.length, 1);
    await assertBooksAgree(shop, impUid);
  },
);

test('two people who press at once give back once, and the other one is told why not', options, async () => {
  const impUid = await payByCard(shop, 1000);
  const both = [await person('operator'), await person('manager')];
  for (const page of both) await fill(page, impUid, 600);
  await Promise.all(both.map((page) => act(page, '600원 취소').click()));
  const titles = await Promise.all(
    both.map(async (page) => {
      const title = dialog(page).getByRole('heading', { name: /취소되었습니다|거절되었습니다/ });
      await title.waitFor();
      return title.innerText();
    }),
  );
  assert.deepEqual(titles.toSorted(), ['거절되었습니다', '취소되었습니다']);
  const book = await bookOf(shop, impUid);
  assert.deepEqual([book.cancels.length, book.cancelled_amount], [1, 600]);
});

test(
  'pressed twice, and with its answers lost on the way and the page loaded anew in the middle, it is one refund, of whose account nothing stays',
  options,
  async () => {
    const impUid = await depositedVbank(shop, 1000);
    const page = await person('operator');
    const keys: string[] = [];
    let isCut = true;
    await page.route('**/payments/cancel', async (route: Route) => {
      keys.push(route.request().headers()['idempotency-key'] ?? '');
      if (!isCut) return route.continue();
      // The server has done it, and nobody hears of it.
      await route.fetch();
      return route.abort();
    });
    await fill(page, impUid, 400);
    await fillAccount(page);
    await act(page, '400원 취소').dblclick();
    await dialog(page).getByRole('heading', { name: '아직 응답을 받지 못했습니다' }).waitFor();
    assert.doesNotMatch(await dialog(page).innerText(), /실패했|실패하였/);
    await shot(page, 'refund-unanswered-ko');
    await page.reload();
    await dialog(page).getByRole('heading', { name: '아직 응답을 받지 못했습니다' }).waitFor();
    isCut = false;
    await dialog(page).getByRole('heading', { name: '취소되었습니다' }).waitFor();
    assert.ok(keys.length >= 3);
    assert.equal(new Set(keys).size, 1, 'one key');
    const book = await bookOf(shop, impUid);
    assert.deepEqual([book.cancels.length, book.cancelled_amount], [1, 400]);
    await act(page, '닫기').click();
    await page.reload();
    await page.locator('.money-parts .cancelled', { hasText: '400원' }).waitFor();
    assert.equal(await dialog(page).count(), 0, 'what has its answer does not come back');
    assert.doesNotMatch(await keptInTab(page), /홍길동|456/);

    // Nor where the session has ended before there was an answer.
    isCut = true;
    await fill(page, impUid, 100);
    await fillAccount(page);
    await act(page, '100원 취소').click();
    await dialog(page).getByRole('heading', { name: '아직 응답을 받지 못했습니다' }).waitFor();
    assert.match(await keptInTab(page), /홍길동.*456/);
    await page.context().clearCookies();
    await page.getByLabel('비밀번호').waitFor();
    assert.equal(await keptInTab(page), '{}');
  },
);

test(
  'after a lost answer, what is said at the door tells nothing of the refund, and is not taken for an answer',
  options,
  async () => {
    const impUid = await payByCard(shop, 1000);
    const page = await person('operator');
    const unanswered = dialog(page).getByRole('heading', { name: '아직 응답을 받지 못했습니다' });
    const steps: ((route: Route) => Promise<unknown>)[] = [];
    let passed = 0;
    const letIn = (route: Route): Promise<void> => {
      passed += 1;
      return route.continue();
    };
    await page.route('**/payments/cancel', (route: Route) => (steps.shift() ?? letIn)(route));
    const atTheDoor = (status: number, error: string) => (route: Route) => route.fulfill(turnedAway(status, error));
    // The first time it is a refusal like any other: nothing went out before.
    steps.push(atTheDoor(429, 'too_many_requests'));
    await fill(page, impUid, 400);
    await act(page, '400원 취소').click();
    await dialog(page).getByRole('heading', { name: '거절되었습니다' }).waitFor();
    await dialog(page).getByText('지금은 처리할 수 없습니다.').waitFor();
    await act(page, '닫기').click();

    // The server has done it, and nobody hears of it; then it lets nobody in.
    steps.push(
      (route) => route.fetch().then(() => route.abort()),
      atTheDoor(429, 'too_many_requests'),
      atTheDoor(403, 'member_not_allowed'),
    );
    await fill(page, impUid, 300);
    await act(page, '300원 취소').click();
    await unanswered.waitFor();
    while (steps.length > 0) {
      assert.equal(await dialog(page).getByText('돈은 움직이지 않았습니다').count(), 0);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await unanswered.waitFor();
    await dialog(page).getByRole('heading', { name: '취소되었습니다' }).waitFor();
    const book = await bookOf(shop, impUid);
    assert.deepEqual([passed, book.cancels.length, book.cancelled_amount], [1, 1, 300]);
  },
);

test(
  'what the gateway refuses is told in its own words, and the charts lead to it, and to what was paid out later',
  options,
  async () => {
    const impUid = await payByCard(shop, 1000);
    await shop.post('/sandbox/faults', { operation: 'cancel', kind: 'reject', code: 'NOT_CANCELABLE_AMOUNT' });
    const page = await person('operator');
    await fill(page, impUid, 100);
    await act(page, '100원 취소').click();
    await dialog(page).getByRole('heading', { name: '거절되었습니다' }).waitFor();
    const [record] = (await shop.get(`/cancellations?imp_uid=${impUid}`)).response.list;
    assert.ok((await dialog(page).innerText()).includes(record.gateway_message), record.gateway_message);
    // Another try is another request.
    await act(page, '고쳐서 다시').click();
    await act(page, '100원 취소').click();
    await dialog(page).getByRole('heading', { name: '취소되었습니다' }).waitFor();
    assert.equal((await bookOf(shop, impUid)).cancelled_amount, 100);

    const later = (await shop.post('/sandbox/payments', { pg_provider: 'kicc', pay_method: 'vbank', amount: 5000 }))
      .response;
    await shop.post(`/sandbox/vbanks/${later.imp_uid}/deposit`);
    const taken = await shop.post('/payments/cancel', { imp_uid: later.imp_uid, ...refundAccount });
    assert.equal(taken.headers['x-hwanbul-cancellation-state'], 'accepted', taken.text);
    assert.equal((await shop.post(`/sandbox/payments/${later.imp_uid}/refund-result`)).code, 0);
    await eventually(async () => {
      const [{ state }] = (await shop.get(`/cancellations?imp_uid=${later.imp_uid}`)).response.list;
      assert.equal(state, 'confirmed');
    });
    const boss = await person('owner');
    await open(boss, '/charts');
    const byGateway = boss.getByRole('table', { name: 'PG사별' });
    await byGateway.locator('a[href*="/refunds?state=refused&pg_provider=tosspayments"]').click();
    await boss.getByRole('row', { name: new RegExp(`${record.merchant_uid}.*${record.gateway_message}`) }).waitFor();
    await shot(boss, 'refunds-refused-ko');
    await boss.goBack();
    await byGateway.locator('a[href*="accepted_first=true&pg_provider=kicc"]').click();
    await boss.getByRole('row', { name: new RegExp(`${later.merchant_uid}.*완료.*5,000원`) }).waitFor();
    assert.equal(await boss.locator('tbody tr').count(), 1);
  },
);

test(
  'above the limit one asks and another one approves what he sees, with the account checked before and hidden after',
  options,
  async () => {
    const owner = await demoSession(sandbox.url);
    assert.equal((await owner.put('/console-settings', { approval_above: { KRW: 5000 } })).code, 0);
    try {
      const impUid = await depositedVbank(shop, 8000);
      const clerk = await person('operator');
      await fill(clerk, impUid);
      const press = act(clerk, '8,000원 취소 승인 요청');
      assert.ok(await press.isDisabled(), 'not without an account');
      await dialog(clerk).getByLabel('환불 계좌번호').fill('123');
      await dialog(clerk).getByText('숫자 6~16자리여야 합니다.').waitFor();
      await fillAccount(clerk);
      await press.click();
      await dialog(clerk).getByRole('link', { name: '환불 요청 보기' }).click();
      await clerk.getByText('본인이 요청했으므로').waitFor();
      assert.equal(await clerk.getByRole('button', { name: '승인…' }).count(), 0);

      const boss = await person('manager');
      await open(boss, '/refund-requests?state=waiting');
      await boss.getByRole('table').getByRole('link').first().click();
      await boss.getByRole('button', { name: '승인…' }).click();
      await shot(boss, 'refund-request-approve-ko');
      const seen = await dialog(boss).innerText();
      for (const part of ['8,000원', '홍길동', '********9012', '국민은행', '고객 변심'])
        assert.ok(seen.includes(part), part);
      // Of the account only the end; three digits alone stand in many a payment's number.
      assert.doesNotMatch(seen, /56-?789/);
      await axeIsCalm(boss);
      let asked = 0;
      await boss.route('**/approve', async (route: Route) => {
        asked += 1;
        if (asked === 2) return route.fulfill(turnedAway(429, 'too_many_requests'));
        if (asked > 2) return route.continue();
        // The server has done it, and nobody hears of it.
        await route.fetch();
        return route.abort();
      });
      await act(boss, '8,000원 취소 승인').click();
      await dialog(boss).getByRole('heading', { name: '아직 응답을 받지 못했습니다' }).waitFor();
      await shot(boss, 'refund-request-unanswered-ko');
      // It asks again by itself, takes it for no answer that it is turned away, is told that it is done, and is gone.
      await dialog(boss).waitFor({ state: 'detached' });
      assert.equal(asked, 3);
      await boss.getByText('취소되었습니다.').waitFor();
      // The page of whoever has asked changes by itself.
      await clerk.getByText('취소되었습니다.').waitFor();
      assert.equal((await bookOf(shop, impUid)).cancelled_amount, 8000);
      await assertBooksAgree(shop, impUid);
    } finally {
      assert.equal((await owner.put('/console-settings', { approval_above: null })).code, 0);
    }
  },
);

test(
  'a decision says whether it is of real money and that it is final, and on a narrow screen is read from its top with its buttons in sight',
  options,
  async () => {
    const owner = await demoSession(sandbox.url);
    assert.equal((await owner.put('/console-settings', { approval_above: { KRW: 5000 } })).code, 0);
    try {
      const asker = await demoSession(sandbox.url, 'operator');
      const asked = await asker.post('/refund-requests', {
        ...{ imp_uid: await depositedVbank(shop, 8000), amount: 8000, reason: '고객 변심' },
        ...{ refund_holder: '홍길동', refund_bank: '004', refund_account: '123-456-789012' },
      });
      assert.equal(asked.code, 0, asked.text);
      const path = `/refund-requests/${asked.response.refund_request_id}`;
      const boss = await person('manager', { isNarrow: true });
      await open(boss, path);
      await boss.getByRole('button', { name: '승인…' }).click();
      await dialog(boss).getByText('샌드박스', { exact: true }).waitFor();
      assert.equal(await boss.evaluate<string>('document.activeElement.textContent'), '돌아가기');
      const { height } = narrow;
      for (const [what, part] of [
        ['its title', dialog(boss).getByRole('heading')],
        ['that it is final', dialog(boss).getByText('되돌릴 수 없습니다')],
        ['the way back', act(boss, '돌아가기')],
        ['the act', act(boss, '8,000원 취소 승인')],
      ] as const) {
        const box = await part.boundingBox();
        assert.ok(box && box.y >= 0 && box.y + box.height <= height, `${what} is in sight: ${JSON.stringify(box)}`);
      }
      await fitsWidth(boss);
      await axeIsCalm(boss);
      await shot(boss, 'refund-request-approve-ko-narrow');

      // The same page of a server of real money.
      await boss.route('**/console/api/session', async (route: Route) => {
        const answer = await route.fetch();
        const body = await answer.json();
        await route.fulfill({ response: answer, json: { ...body, response: { ...body.response, mode: 'live' } } });
      });
      await open(boss, path);
      await boss.getByRole('button', { name: '승인…' }).click();
      await dialog(boss).getByText('실거래', { exact: true }).waitFor();
      await axeIsCalm(boss);
      await shot(boss, 'refund-request-approve-live-ko-narrow');
      await boss.unroute('**/console/api/session');

      await open(boss, path);
      await boss.getByRole('button', { name: '반려…' }).click();
      await dialog(boss).getByRole('heading', { name: '8,000원 환불 요청 반려' }).waitFor();
      await dialog(boss).getByText('되돌릴 수 없으며').waitFor();
      await boss.keyboard.type('금액이 다릅니다');
      assert.equal(await dialog(boss).getByLabel('반려 사유').inputValue(), '금액이 다릅니다');
      await act(boss, '반려').click();
      await boss.getByRole('heading', { name: '요청한 내용' }).waitFor();
      assert.equal(await boss.getByText('승인하면 보내는 내용').count(), 0);
      // Its buttons are gone, and with them what had the focus.
      await boss.locator('main:focus').waitFor();
    } finally {
      assert.equal((await owner.put('/console-settings', { approval_above: null })).code, 0);
    }
  },
);

test('a doubt that no gateway can end is ended by a member, in his name', options, async () => {
  const impUid = await payByCard(shop, 1000);
  await shop.post('/sandbox/faults', { operation: 'inquire', kind: 'disconnect', count: 1_000 });
  await shop.post('/sandbox/faults', { operation: 'cancel', kind: 'disconnect' });
  assert.equal((await shop.post('/payments/cancel', { imp_uid: impUid, amount: 250 })).error, 'cancellation_in_doubt');
  const page = await person('owner');
  await open(page, '/doubts');
  await page.getByRole('table').getByRole('link').first().click();
  await page.getByRole('button', { name: '직접 끝내기…' }).click();
  await dialog(page).getByRole('radio', { name: '처리되어 있지 않다' }).check();
  await dialog(page).getByLabel('어떻게 확인했는지').fill('상점관리자에 없음');
  assert.ok(await act(page, '처리되지 않은 것으로 끝내기').isDisabled(), 'not without having looked');
  await dialog(page).getByRole('checkbox').check();
  await axeIsCalm(page);
  await shot(page, 'doubt-resolve-ko');
  await act(page, '처리되지 않은 것으로 끝내기').click();
  await page.getByText('결과가 나왔습니다.').waitFor();
  await page.getByText('member:owner@demo.invalid').waitFor();
});

test('every page is calm for axe and fits, in both languages, wide and narrow', options, async () => {
  const impUid = await payByCard(shop, 12_000, { name: '겨울 코트', buyer_name: '김구매' });
  await shop.post('/payments/cancel', { imp_uid: impUid, amount: 2000 });
  await shop.post('/sandbox/faults', { operation: 'inquire', kind: 'disconnect', count: 1_000 });
  await shop.post('/sandbox/faults', { operation: 'cancel', kind: 'disconnect' });
  const doubt = await shop.post('/payments/cancel', { imp_uid: impUid, amount: 3000 });
  const doubtId = doubt.headers['x-hwanbul-cancellation-id'];
  const clerk = await demoSession(sandbox.url, 'operator');
  const asked = await clerk.post('/refund-requests', { imp_uid: await payByCard(shop, 9000), amount: 4000 });
  const paths = [
    [`/payments/${impUid}`, 'payment'],
    ['/refund-requests', 'refund-requests'],
    [`/refund-requests/${asked.response.refund_request_id}`, 'refund-request'],
    ['/doubts', 'doubts'],
    [`/doubts/${doubtId}`, 'doubt'],
  ] as const;
  for (const isNarrow of [false, true]) {
    const page = await person('owner', { isNarrow });
    for (const [path, name] of paths) {
      await open(page, path);
      await page.locator('h1').waitFor();
      await page.locator('.loading').first().waitFor({ state: 'detached' });
      for (const language of ['ko', 'en'] as const) {
        if (language === 'en') await switchLanguage(page);
        if (!isNarrow) await axeIsCalm(page);
        await fitsWidth(page);
        await shot(page, `${name}-${language}-${isNarrow ? 360 : 1280}`);
      }
      await switchLanguage(page);
    }
  }
});
