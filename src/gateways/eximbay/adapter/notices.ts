import type { GatewayNotices, OpenedNotice, RawNotice } from '../../../port/notices.ts';
import { type Fields, isSigned, readQuery } from '../wire/fgkey.ts';

/** What Eximbay sends to `status_url` of a payment: its fields, with an fgkey over all of them. Nothing has to be done. */
export const eximbayNotices: GatewayNotices = {
  identify(raw) {
    const { mid, ref, transid } = fieldsOf(raw);
    return mid && ref ? { mid, orderId: ref, gatewayTid: transid || null } : undefined;
  },
  open(raw, { mid, credentials }): OpenedNotice {
    const fields = fieldsOf(raw);
    if (!fields.ref) return { kind: 'forged', why: 'this is no notice' };
    if (fields.mid !== mid) return { kind: 'forged', why: 'the notice is for another merchant' };
    if (!isSigned(credentials.secretKey ?? '', fields)) return { kind: 'forged', why: 'the fgkey does not fit' };
    const { ref: orderId, transid, txntype = '', rescode = '' } = fields;
    const event = { kind: 'nothing_to_do', what: `${txntype.slice(0, 20)} ${rescode.slice(0, 10)}` } as const;
    return { kind: 'notice', trust: 'authentic', orderId, gatewayTid: transid || null, event };
  },
  answer: (taken) => ({
    status: { taken: 200, later: 503, refused: 400 }[taken],
    contentType: 'text/plain',
    body: taken === 'taken' ? 'rescode=0000&resmsg=Success' : 'rescode=9999&resmsg=Fail',
  }),
};

function fieldsOf({ body }: RawNotice): Fields {
  return readQuery(body.toString('utf8'));
}
