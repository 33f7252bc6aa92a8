import { createHash } from 'node:crypto';

/** `hashData` is SHA-512 over UTF-8, in lower-case hexadecimal. An encrypted field goes in as it is sent. */
function sha512(text: string): string {
  return createHash('sha512').update(text, 'utf8').digest('hex');
}

const envelope = ['type', 'paymethod', 'timestamp', 'clientIp', 'mid'] as const;

/**
 * INIAPI v1: which fields follow the INIAPI key, in which order. `undefined`: v1 has no such request. The order of `Card`,
 * `GVacct`, `Vacct`, `formpay`, `Receipt`, `Extra` and of billing keys is that of complete public clients, that of partial cancels
 * the manual's.
 */
export function v1HashFields(type: string, paymethod: string): readonly string[] | undefined {
  switch (`${type} ${paymethod}`) {
    case 'Refund Card':
    case 'Refund Acct':
    case 'Refund DirectBank':
    case 'Refund HPP':
    case 'Refund GVacct':
    case 'Refund Receipt':
      return [...envelope, 'tid'];
    case 'Refund Vacct':
      return [...envelope, 'tid', 'refundAcctNum'];
    case 'PartialRefund Card':
    case 'PartialRefund Acct':
    case 'PartialRefund DirectBank':
    case 'PartialRefund HPP':
      return [...envelope, 'tid', 'price', 'confirmPrice'];
    case 'PartialRefund Vacct':
      return [...envelope, 'tid', 'price', 'confirmPrice', 'refundAcctNum'];
    case 'Pay Vacct':
      return [...envelope, 'moid', 'price'];
    case 'Auth Card':
      return [...envelope, 'moid', 'price', 'cardNumber'];
    case 'Billing Card':
    case 'Billing HPP':
      return [...envelope, 'moid', 'price', 'billKey'];
    case 'Issue Receipt':
      return [...envelope, 'crPrice', 'supPrice', 'srcvPrice', 'regNum'];
    case 'Extra Inquiry':
      return envelope;
    default:
      return undefined;
  }
}

export function v1Hash(iniapiKey: string, names: readonly string[], fields: Readonly<Record<string, string>>): string {
  return sha512(iniapiKey + names.map((name) => fields[name] ?? '').join(''));
}

/** INIAPI v2: `data` is the very text that stands in the body, without the escapes of slashes that PHP writes. */
export function v2Hash(
  iniapiKey: string,
  envelopeOfV2: { readonly mid: string; readonly type: string; readonly timestamp: string },
  data: string,
): string {
  return sha512(iniapiKey + envelopeOfV2.mid + envelopeOfV2.type + envelopeOfV2.timestamp + data);
}
