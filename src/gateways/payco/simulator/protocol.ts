import type { Book } from '../../../simulators/book.ts';
import {
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorCaller,
  type SimulatorContext,
  type SimulatorRequest,
} from '../../../simulators/definition.ts';
import { jsonAmount } from '../../../simulators/json-amount.ts';
import { merchantByCredential } from '../../../simulators/merchants.ts';
import { unknownKey } from '../../../simulators/signature-check.ts';
import { readJson } from '../wire/wire.ts';

/**
 * PAYCO's list of codes is not public. Apart from 1301 the simulator's refusals have codes of its own, which are words,
 * so that they can't be mistaken for PAYCO's numbers. The texts are the simulator's too, in the words of PAYCO's samples
 * where those speak of the case.
 */
export const paycoRefusals = {
  1301: '기처리 취소건입니다.',
  SIMULATED_UNKNOWN_SELLER: '가맹점 코드가 유효하지 않습니다.',
  SIMULATED_UNKNOWN_ORDER: '주문이 존재하지 않습니다.',
  SIMULATED_BAD_FIELD: '요청 값이 올바르지 않습니다.',
  SIMULATED_ZERO_AMOUNT: '취소 결제금액은 0보다 커야합니다.',
  SIMULATED_OVER_BALANCE: '취소 요청 금액이 취소가능금액을 초과하였습니다.',
  SIMULATED_BALANCE_MOVED: '취소가능금액이 일치하지 않습니다.',
  SIMULATED_WRONG_TAX: '면세금액, 과세금액, 부가세의 합이 취소 금액과 다릅니다.',
  SIMULATED_NO_PRODUCTS: '취소할 상품이 필요합니다.',
  SIMULATED_WRONG_PRODUCTS: '취소할 상품이 주문과 다릅니다.',
  SIMULATED_REFUSAL: '취소할 수 없는 주문입니다.',
  SIMULATED_NO_KEY: '자동결제 정보가 존재하지 않습니다.',
  SIMULATED_DECLINED: '승인이 거절되었습니다.',
  SIMULATED_USED_REFERENCE: '주문번호가 중복되었습니다.',
  SIMULATED_ORDER_STATUS: '파라미터 정보가 유효하지 않습니다.',
  SIMULATED_STATUS_FORBIDDEN: '변경할 수 없는 주문상태입니다.',
} as const;
export type PaycoRefusalCode = keyof typeof paycoRefusals;

/** Thrown by a handler; what the handler wrote before is taken back. */
export class PaycoRefusal extends Error {
  readonly code: PaycoRefusalCode;
  /** Instead of the code's usual text. */
  readonly text: string | null;
  constructor(code: PaycoRefusalCode, text: string | null = null) {
    super(String(code));
    this.text = text;
    this.name = 'PaycoRefusal';
    this.code = code;
  }
}

export function refusalAnswer(code: string, message: string | null = null): SimulatorAnswer {
  const known = Object.hasOwn(paycoRefusals, code) ? paycoRefusals[code as unknown as PaycoRefusalCode] : code;
  return jsonAnswer(200, { code: /^\d{1,9}$/.test(code) ? Number(code) : code, message: message ?? known });
}

/** The seller key in the body is all that PAYCO knows a caller by, apart from the address. */
export function authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const sellerKey = (readJson(request.body.toString('utf8')) as { sellerKey?: unknown } | null | undefined)?.sellerKey;
  const given = typeof sellerKey === 'string' ? sellerKey : '';
  const why = () => unknownKey(book, 'sellerKey', 'sellerKey', given);
  return merchantByCredential(book, 'sellerKey', given) ?? { ...refusalAnswer('SIMULATED_UNKNOWN_SELLER'), why: why() };
}

export function paycoOperation(
  work: (context: SimulatorContext, body: PaycoBody) => unknown,
): (context: SimulatorContext) => SimulatorAnswer {
  return (context) => {
    try {
      const result = context.book.undoable(() => work(context, bodyOf(context.request)));
      return jsonAnswer(200, { result, message: 'success', code: 0 });
    } catch (error) {
      if (error instanceof PaycoRefusal) return refusalAnswer(String(error.code), error.text);
      throw error;
    }
  };
}

export interface PaycoBody {
  /** Absent: an empty text. */
  text(name: string, lengthMax: number): string;
  /** Digits, as a number or a text; absent: `null`. */
  amount(name: string): bigint | null;
  /** Absent: `null`. */
  list(name: string): readonly PaycoBody[] | null;
}

function bodyOf(request: SimulatorRequest): PaycoBody {
  const isJson = /^application\/json\b/i.test(request.headers['content-type'] ?? '');
  return readerOf(isJson ? readJson(request.body.toString('utf8')) : undefined);
}

function readerOf(value: unknown): PaycoBody {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new PaycoRefusal('SIMULATED_BAD_FIELD');
  const fields = value as Readonly<Record<string, unknown>>;
  const field = (name: string) => (Object.hasOwn(fields, name) ? (fields[name] ?? null) : null);
  return {
    text(name, lengthMax) {
      const found = field(name) ?? '';
      if (typeof found !== 'string' || found.length > lengthMax) throw new PaycoRefusal('SIMULATED_BAD_FIELD');
      return found;
    },
    amount(name) {
      const found = field(name);
      if (found === null) return null;
      const amount = jsonAmount(found);
      if (amount === undefined) throw new PaycoRefusal('SIMULATED_BAD_FIELD');
      return amount;
    },
    list(name) {
      const found = field(name);
      if (found === null) return null;
      if (!Array.isArray(found) || found.length > 1000) throw new PaycoRefusal('SIMULATED_BAD_FIELD');
      return found.map(readerOf);
    },
  };
}
