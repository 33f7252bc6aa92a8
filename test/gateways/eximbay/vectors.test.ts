import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fgkeyOf, isSigned, readQuery } from '../../../src/gateways/eximbay/wire/fgkey.ts';

/** The secret of the test shop that every public sample of Eximbay has. */
const secret = '289F40E6640124B2628640168C3C5464';

/** A callback as Eximbay's own sample project sends it to be verified. */
const verified =
  'baserate=&cur=USD&dm_reject=&cardno1=4111&resdt=20230627205838&cardno4=1111&foreignrate=&mid=1849705C64&amt=1' +
  '&accesscountry=KR&ref=20230627205615&paymethod=P101&dm_review=&email=Eximbay%40eximbay.com&ver=230&foreignamt=' +
  '&basecur=&dccrate=&transid=1849705C6420230627000029&dm_decision=&param3=TEST&resmsg=Success.' +
  '&cardholder=FirstNameLastName&param1=&rescode=0000&param2=&authcode=949620' +
  '&fgkey=DAF8A37FE01E14AC0F05E2790C8E9F8B40FC5BA98A5ACBA25E51EB3270E2BF75&txntype=PAYMENT&foreigncur=' +
  '&payto=EXIMBAY.COM&baseamt=';

/** Recorded answers of a public client's tests: the same fields in both. */
const recorded = {
  baserate: '',
  dm_reject: '',
  cardno1: '1234',
  cardno4: '1234',
  foreignrate: '',
  mid: '1849705C64',
  amt: '1.0',
  accesscountry: 'KR',
  paymethod: 'P101',
  dm_review: '',
  email: 'test@test.com',
  ver: '230',
  foreignamt: '',
  basecur: '',
  dccrate: '',
  dm_decision: '',
  param3: '',
  cardholder: 'namesung',
  param1: '',
  param2: '',
  authcode: '',
  txntype: 'PAYMENT',
  foreigncur: '',
  payto: 'EXIMBAY.COM',
  baseamt: '',
  cur: 'USD',
};
const expired = {
  ...recorded,
  ref: 'demo201704182020234',
  rescode: 'S023',
  transid: '1849705C6420180430000032',
  resdt: '20180430183525',
  resmsg: '고객님의 신용카드 유효기간이 만료되었습니다. 확인하신 후 재시도 해주시기 바랍니다.',
  fgkey: 'FAB9B8DC4C092DC0F6CA80AAB502DEB258F92D2F735024A022133B8AF0F7E6CD',
};
const declined = {
  ...recorded,
  ref: 'demo201704182020224',
  rescode: 'XXXX',
  transid: '1849705C6420180430000033',
  resdt: '20180430183618',
  resmsg: 'Decline  Card number ',
  fgkey: 'F605C6C38B47BF09EFD457CD66A48A05347096867523762A079654DDBC31AA67',
};

test('the fgkey of what Eximbay has sent is the one that it has signed it with', () => {
  for (const fields of [readQuery(verified), expired, declined]) {
    assert.equal(fgkeyOf(secret, fields).toUpperCase(), fields.fgkey);
    assert.ok(isSigned(secret, fields));
    assert.ok(!isSigned(secret.toLowerCase(), fields));
    for (const name of Object.keys(fields)) {
      if (name !== 'fgkey') assert.ok(!isSigned(secret, { ...fields, [name]: `${fields[name as 'mid']}x` }), name);
    }
  }
  assert.ok(!isSigned(secret, readQuery(verified.replace(/fgkey=\w+&/, ''))));
});
