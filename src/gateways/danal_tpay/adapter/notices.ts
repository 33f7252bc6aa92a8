import { decodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { GatewayNotices, NoticeEvent, OpenedNotice, RawNotice } from '../../../port/notices.ts';
import { virtualAccountService } from '../wire/services.ts';
import { type DanalFields, openData } from '../wire/wire.ts';

const cpid = /^[A-Z0-9]{10}$/;

/**
 * Danal posts `DATA` alone, sealed with the merchant's key, so that the address has to say whose it is: the address that
 * Danal is given (`NOTIURL`) ends in the merchant's CPID. The merchant's own id stands in `DATA` as well, and decides.
 */
export const danalNotices: GatewayNotices = {
  identify(raw) {
    const fields = decodeEucKrForm(raw.body);
    const mid = raw.path.replace(/^\/+|\/+$/g, '');
    return fields.DATA !== undefined && cpid.test(mid) ? { mid, orderId: null, gatewayTid: null } : undefined;
  },
  open(raw: RawNotice, { mid, credentials }): OpenedNotice {
    const fields = openData(decodeEucKrForm(raw.body).DATA ?? '', virtualAccountService, credentials);
    if (fields?.CPID !== mid || !fields.TID || !fields.ORDERID) {
      return { kind: 'forged', why: 'it was not sealed with the key of this merchant' };
    }
    return {
      kind: 'notice',
      trust: 'authentic',
      orderId: fields.ORDERID,
      gatewayTid: fields.TID,
      event: eventOf(fields),
    };
  },
  // Danal repeats a notice each minute until it reads OK, for ten minutes; FAIL ends that as well.
  answer: (taken) => ({
    status: taken === 'later' ? 503 : 200,
    contentType: 'text/plain; charset=euc-kr',
    body: { taken: 'OK', later: '', refused: 'FAIL' }[taken],
  }),
};

function eventOf(fields: DanalFields): NoticeEvent {
  const amount = fields.AMOUNT ?? '';
  if (fields.RETURNCODE !== '0000' || !/^\d{1,11}$/.test(amount)) {
    return { kind: 'nothing_to_do', what: `RETURNCODE ${(fields.RETURNCODE ?? '').slice(0, 10)}` };
  }
  return {
    kind: 'deposit',
    amountMinor: BigInt(amount),
    accountNumber: fields.VIRTUALACCOUNT || null,
    depositorName: fields.DEPOSITUSERNAME || null,
    depositedAt: readSeoulDigits((fields.TRANDATE ?? '') + (fields.TRANTIME ?? '')) ?? null,
    depositTid: null,
  };
}
