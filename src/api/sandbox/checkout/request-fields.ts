import { Type } from 'typebox';
import { readTime } from '../../../platform/clock/seoul-time.ts';
import { Refusal } from '../../../platform/errors/refusal.ts';
import {
  AmountField,
  BooleanField,
  JsonTextField,
  ObjectField,
  StringListField,
  TextField,
} from '../../foundation/fields.ts';
import { customDataText } from '../../iamport/buyer-fields.ts';

const Short = Type.Optional(TextField({ maxLength: 200 }));

/**
 * What `IMP.request_pay` is called with, as far as it means something here. Pages send texts where numbers are documented, and more than
 * any gateway reads: what is not named is left out. Of the order and its buyer the real window's documents allow less (a name of 40
 * characters) than pages send, foreign names for instance; adapters cut what their gateway has no room for.
 */
export const RequestPayFields = Type.Object({
  channelKey: Type.Optional(TextField({ maxLength: 80 })),
  channelGroupId: Type.Optional(
    TextField({ maxLength: 55, description: 'A group of channels, as onetime takes it. Wins over channelKey and pg.' }),
  ),
  pg: Type.Optional(
    TextField({ maxLength: 80, description: '`provider` or `provider.MID`; unknown: the default channel.' }),
  ),
  pay_method: Type.Optional(TextField({ maxLength: 40, description: 'Default card.' })),
  merchant_uid: Type.Optional(TextField({ maxLength: 40, description: 'Default `nobody_` and the time.' })),
  amount: AmountField({ description: 'With a customer_uid it is shown, and may be 0.' }),
  name: Type.Optional(TextField({ maxLength: 200 })),
  tax_free: Type.Optional(AmountField()),
  vat_amount: Type.Optional(AmountField()),
  vat: Type.Optional(AmountField({ description: 'Older name of vat_amount.' })),
  currency: Type.Optional(TextField({ maxLength: 20 })),
  language: Type.Optional(TextField({ maxLength: 10 })),
  buyer_name: Type.Optional(TextField({ maxLength: 80 })),
  buyer_tel: Type.Optional(TextField({ maxLength: 32 })),
  buyer_email: Type.Optional(TextField({ maxLength: 254 })),
  buyer_addr: Type.Optional(TextField({ maxLength: 300 })),
  buyer_postcode: Type.Optional(TextField({ maxLength: 20 })),
  custom_data: Type.Optional(JsonTextField({ description: customDataText })),
  notice_url: Type.Optional(StringListField()),
  confirm_url: Type.Optional(TextField({ maxLength: 2_000 })),
  escrow: Type.Optional(BooleanField()),
  customer_uid: Type.Optional(TextField({ maxLength: 80, description: 'A billing key is issued under this name.' })),
  customer_id: Short,
  vbank_due: Type.Optional(
    TextField({ maxLength: 30, description: 'YYYY-MM-DD or YYYYMMDD, with a time or without; in Seoul.' }),
  ),
  m_redirect_url: Type.Optional(TextField({ maxLength: 2_000 })),
  popup: Type.Optional(BooleanField()),
  naverPopupMode: Type.Optional(BooleanField()),
  naverUseCfm: Type.Optional(TextField({ maxLength: 8 })),
  naverProducts: Type.Optional(
    Type.Unsafe<unknown[]>({ type: 'array', items: { type: 'object', additionalProperties: true } }),
  ),
  company: Type.Optional(TextField({ maxLength: 100 })),
  period: Type.Optional(ObjectField()),
  display: Type.Optional(ObjectField({ description: '`card_quota`: months that are offered.' })),
  card: Type.Optional(ObjectField({ description: '`direct`, `detail`, `useInstallment`.' })),
  useCardPoint: Type.Optional(BooleanField()),
});

/** What `IMP.certification` is called with. */
export const CertificationFields = Type.Object({
  channelKey: Type.Optional(TextField({ maxLength: 80 })),
  pg: Type.Optional(TextField({ maxLength: 80 })),
  merchant_uid: Type.Optional(TextField({ maxLength: 40 })),
  min_age: Type.Optional(TextField({ maxLength: 3 })),
  name: Type.Optional(TextField({ maxLength: 80 })),
  phone: Type.Optional(TextField({ maxLength: 20 })),
  carrier: Type.Optional(TextField({ maxLength: 10 })),
  company: Type.Optional(TextField({ maxLength: 100 })),
  language: Type.Optional(TextField({ maxLength: 10 })),
  m_redirect_url: Type.Optional(TextField({ maxLength: 2_000 })),
  popup: Type.Optional(BooleanField()),
});

/** Who opens a window, and from where. */
export const openingFields = {
  user_code: TextField({
    maxLength: 40,
    description: 'What the page handed to `IMP.init`; `iamport`: the demo merchant.',
  }),
  tier_code: Type.Optional(TextField({ maxLength: 10, description: 'Of `IMP.agency`.' })),
  origin: Type.Optional(TextField({ maxLength: 2_000, description: 'Address of the page.' })),
};

/** Addresses that a browser would take for a program or a file are no address to come back to. */
const forbiddenSchemes = new Set(['javascript:', 'data:', 'vbscript:', 'blob:', 'file:', 'about:', 'view-source:']);

/** Where the browser goes after the window; an app's own scheme is taken, as wrappers use them. */
export function readRedirectUrl(given: string | undefined): string | null {
  if (!given) return null;
  const url = URL.parse(given);
  if (!url || forbiddenSchemes.has(url.protocol)) {
    throw new Refusal('parameter_invalid', { name: 'm_redirect_url', expected: 'https://…' });
  }
  return given;
}

/** In seconds. A day ends in Seoul. */
export function readDue(given: string | undefined): number | null {
  if (!given) return null;
  const digits = given.replace(/\D/g, '');
  const [, year, month, day, hour = '23', minute = '59', second] =
    /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?$/.exec(digits) ?? [];
  const seconds = second ?? (digits.length === 8 ? '59' : '00');
  const time = year && readTime(`${year}-${month}-${day}T${hour}:${minute}:${seconds}+09:00`);
  if (!time) throw new Refusal('parameter_invalid', { name: 'vbank_due', expected: 'YYYYMMDDhhmm' });
  return Math.floor(time.getTime() / 1000);
}

/** A page's own language, as far as the window has it: other languages meet the English one. */
export function readLanguage(given: string | undefined): 'ko' | 'en' {
  return !given || given.toLowerCase().startsWith('ko') ? 'ko' : 'en';
}
