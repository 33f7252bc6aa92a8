import type { Book } from '../../../simulators/book.ts';
import {
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorCaller,
  type SimulatorContext,
  SimulatorRefusal,
  type SimulatorRequest,
} from '../../../simulators/definition.ts';
import { merchantByMid } from '../../../simulators/merchants.ts';
import { explainSignature, type SignatureCheck, unknownMerchant } from '../../../simulators/signature-check.ts';
import { signedNames } from '../wire/paths.ts';
import { signatureOf } from '../wire/signature.ts';
import { refusalAnswer, welcomeRefusal, welcomeRefusals } from './refusals.ts';

export type WelcomeForm = Readonly<Record<string, string>>;

/** A form in UTF-8; malformed bytes make it empty. */
export function formOf({ headers, body }: SimulatorRequest): WelcomeForm {
  if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return {};
  const text = body.toString('latin1');
  try {
    // Refuses what is no UTF-8, which URLSearchParams would replace.
    decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return {};
  }
  return Object.fromEntries(new URLSearchParams(text));
}

/** The signature covers the MID and the time, in a payment the order and the price, in a registration the card's number. */
export function authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const form = formOf(request);
  const { mid = '', timestamp = '', signature = '' } = form;
  const merchant = merchantByMid(book, mid);
  const refuse = (why: string) => ({ ...refusalAnswer('SIM02', welcomeRefusals.SIM02), why });
  if (!merchant) return refuse(unknownMerchant('mid', mid));
  const names = signedNames[request.path] ?? ['timestamp'];
  const check: SignatureCheck = {
    name: 'signature',
    given: signature,
    inputs: [
      { name: 'mid', value: mid },
      { name: 'mkey', value: merchant.credentials.signKey ?? '', shown: 'secret' },
      ...names.map((name) => ({ name, value: form[name] ?? '' })),
    ],
    fits: ([of = '', signKey = '', ...rest], given) =>
      given ===
      signatureOf(
        of,
        signKey,
        rest.map((value, at) => [names[at] ?? '', value]),
      ),
    about: form.tid,
  };
  const values = check.inputs.map(({ value }) => value);
  if (!check.fits(values, signature)) return refuse(explainSignature(book, mid, check));
  // Milliseconds stand in Welcome's own sample, and fourteen digits in its tables.
  return /^\d{13,14}$/.test(timestamp) ? merchant : refusalAnswer('SIM01', welcomeRefusals.SIM01, 400);
}

/** A refusal takes back what was begun. */
export function welcomeOperation(
  carryOut: (context: SimulatorContext, form: WelcomeForm) => Readonly<Record<string, string>>,
): (context: SimulatorContext) => SimulatorAnswer {
  return (context) => {
    try {
      const done = context.book.undoable(() => carryOut(context, formOf(context.request)));
      return jsonAnswer(200, { ResultCode: '00', ResultMsg: '정상처리되었습니다.', ...done });
    } catch (error) {
      if (!(error instanceof SimulatorRefusal)) throw error;
      return refusalAnswer(error.code, error.message, error.code === 'SIM01' ? 400 : 200);
    }
  };
}

/** Lengths in bytes of UTF-8: the manual names no unit. */
export function textOf(form: WelcomeForm, name: string, bytesMax: number, isRequired: boolean): string {
  const value = form[name] ?? '';
  if ((isRequired && value === '') || Buffer.byteLength(value) > bytesMax) throw welcomeRefusal('SIM01');
  return value;
}

/** Digits only: the manual demands that commas be left out. */
export function amountOf(form: WelcomeForm, name: string, digitsMax: number): bigint {
  const value = textOf(form, name, digitsMax, true);
  if (!/^\d+$/.test(value)) throw welcomeRefusal('SIM01');
  return BigInt(value);
}

/** `null`: neither VAT nor a tax-free part was given. VAT is at most a tenth of the whole. */
export function taxOf(form: WelcomeForm, priceMinor: bigint): { taxMinor: bigint; taxFreeMinor: bigint } | null {
  if (!form.tax && !form.taxfree) return null;
  const taxMinor = form.tax ? amountOf(form, 'tax', 10) : 0n;
  const taxFreeMinor = form.taxfree ? amountOf(form, 'taxfree', 10) : 0n;
  if (taxMinor * 10n > priceMinor || taxMinor + taxFreeMinor > priceMinor) throw welcomeRefusal('SIM11');
  return { taxMinor, taxFreeMinor };
}
