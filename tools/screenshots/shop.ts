import { demoKeyPair } from '../../src/core/merchants/demo-key-pair.ts';
import { type ApiAnswer, createApiClient } from '../../test/kit/api-client.ts';
import { demoSession } from '../../test/kit/console-client.ts';
import { goodCard } from '../../test/kit/orders.ts';

/** What the pictures are of. */
export interface Shop {
  /** Cancelled in part twice, the second time with an outcome that nobody knows. */
  readonly doubtful: string;
  readonly doubt: string;
  /** Paid, and nothing else. */
  readonly paid: string;
  readonly bulkRefund: string;
}

function done(answer: ApiAnswer): ApiAnswer['response'] {
  if (answer.code !== 0) throw new Error(answer.text);
  return answer.response;
}

/** Fills the demo merchant of a sandbox with what operators have on their desk on a December morning. */
export async function fillShop(url: string): Promise<Shop> {
  const shop = await createApiClient(url).logIn(demoKeyPair.impKey, demoKeyPair.impSecret);
  done(await shop.put('/sandbox/merchant', { webhook_url: 'http://127.0.0.1:9/', webhook_retry: false }));
  const card = async (merchant_uid: string, amount: number, more: object): Promise<string> =>
    done(await shop.post('/subscribe/payments/onetime', { merchant_uid, amount, ...goodCard, ...more })).imp_uid;
  const atWindow = async (
    pg_provider: string,
    pay_method: string,
    merchant_uid: string,
    amount: number,
    more: object,
  ) => done(await shop.post('/sandbox/payments', { pg_provider, pay_method, merchant_uid, amount, ...more })).imp_uid;

  const first = await card('2026-1201-0071', 39_000, {
    name: '양털 목도리',
    buyer_name: '이서연',
    buyer_tel: '010-0000-1204',
  });
  done(await shop.post('/payments/cancel', { imp_uid: first, reason: '고객 변심' }));
  await atWindow('kakaopay', 'card', '2026-1201-0072', 18_500, { name: '손난로 2개', buyer_name: '박지후' });
  const account = await atWindow('kicc', 'vbank', '2026-1201-0073', 64_000, {
    name: '겨울 이불',
    buyer_name: '최은우',
  });
  done(await shop.post(`/sandbox/vbanks/${account}/deposit`));
  const toAccount = { refund_holder: '최은우', refund_bank: '004', refund_account: '000-000-001234' };
  done(await shop.post('/payments/cancel', { imp_uid: account, amount: 64_000, reason: '배송 지연', ...toAccount }));
  await atWindow('naverpay', 'card', '2026-1201-0074', 27_900, { name: '귀마개', buyer_name: '정하린' });
  await atWindow('nice_v2', 'vbank', '2026-1201-0075', 45_000, { name: '등산 양말', buyer_name: '강도윤' });
  const parts = await card('2026-1201-0076', 128_000, { name: '패딩 조끼', buyer_name: '조민서' });
  done(await shop.post('/payments/cancel', { imp_uid: parts, amount: 28_000, reason: '사은품 미지급' }));
  const bulk = [parts, await card('2026-1201-0077', 52_000, { name: '털장갑', buyer_name: '윤지아' })];
  bulk.push(
    await atWindow('tosspayments', 'trans', '2026-1201-0078', 33_000, { name: '수면 양말', buyer_name: '장시우' }),
  );
  const paid = await card('2026-1201-0079', 89_000, {
    name: '겨울 코트',
    buyer_name: '김하준',
    buyer_tel: '010-0000-5678',
  });
  const doubtful = await card('2026-1201-0080', 120_000, { name: '울 니트 세트', buyer_name: '한유나' });
  done(await shop.post('/payments/cancel', { imp_uid: doubtful, amount: 20_000, reason: '부분 반품' }));

  const clerk = await demoSession(url, 'operator');
  const owner = await demoSession(url, 'owner');
  done(await owner.put('/console-settings', { approval_above: { KRW: 100_000 } }));
  const large = await card('2026-1201-0081', 240_000, { name: '소파 커버', buyer_name: '임서준' });
  done(await clerk.post('/refund-requests', { imp_uid: large, reason: '색상 불일치' }));
  const file = `imp_uid,amount,reason\n${bulk.map((impUid) => `${impUid},5000,배송비 환급\n`).join('')}`;
  const planned = done(await clerk.post('/bulk-refunds', { file, file_name: '배송비-환급.csv' }));

  done(await shop.post('/sandbox/faults', { operation: 'inquire', kind: 'disconnect', count: 100_000 }));
  done(await shop.post('/sandbox/faults', { operation: 'cancel', kind: 'lost_answer', imp_uid: doubtful }));
  const unclear = await clerk.post('/payments/cancel', { imp_uid: doubtful, amount: 30_000, reason: '고객 변심' });
  const doubt = unclear.headers['x-hwanbul-cancellation-id'];
  if (unclear.error !== 'cancellation_in_doubt' || doubt === undefined) throw new Error(unclear.text);
  // From here on the gateway can be asked again, and its book shows what ours does not know yet.
  done(await shop.delete('/sandbox/faults'));
  return { doubtful, doubt: String(doubt), paid, bulkRefund: planned.bulk_refund_id };
}
