import type { Book } from '../../../simulators/book.ts';
import {
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorCaller,
  type SimulatorContext,
  SimulatorRefusal,
  type SimulatorRequest,
} from '../../../simulators/definition.ts';
import { merchantByCredential } from '../../../simulators/merchants.ts';
import { attempt } from '../../../simulators/request-fields.ts';
import { unknownKey } from '../../../simulators/signature-check.ts';
import { type BrickErrorCode, brickErrorOf, brickErrors } from '../wire/errors.ts';

export function refusal(code: BrickErrorCode): SimulatorRefusal {
  return new SimulatorRefusal(String(code), brickErrors[code].message);
}

/** All that is documented of the status: it is 4xx, and 401 where the key is wrong. */
export function errorAnswer(code: string, message: string | null = null, status?: number): SimulatorAnswer {
  const known = brickErrorOf(code);
  const body = { code: numberIn(code), error: message ?? known?.message ?? code, type: 'Error' };
  return { ...jsonAnswer(status ?? (known?.category === 'bad_credentials' ? 401 : 400), body), result: code };
}

/** Paymentwall's own words, which are one for all that is wrong. */
const wrongParameters = { code: '2', message: 'Wrong parameters passed' } as const;
const noAccess = "You don't have access to this delivery";

export function deliveryRefusal(notice = noAccess): SimulatorRefusal {
  return new SimulatorRefusal(wrongParameters.code, notice);
}

/** A refused delivery. That its status is 400 is inferred from Brick's errors. */
export function deliveryErrorAnswer(
  code: string = wrongParameters.code,
  message: string | null = null,
  notice = noAccess,
): SimulatorAnswer {
  const error = message ?? wrongParameters.message;
  return { ...jsonAnswer(400, { error_code: numberIn(code), error, notices: [notice] }), result: code };
}

function numberIn(code: string): number | string {
  return /^\d{1,9}$/.test(code) ? Number(code) : code;
}

/** The private key opens everything; without one the code is another. */
export function authenticate({ headers }: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const key = headers['x-apikey'] ?? '';
  const merchant = key === '' ? undefined : merchantByCredential(book, 'privateKey', key);
  return (
    merchant ?? { ...errorAnswer(key === '' ? '4006' : '4007'), why: unknownKey(book, 'privateKey', 'X-ApiKey', key) }
  );
}

/** A charge has no code of a success: the log has what the charge is. */
export function brickOperation(
  work: (context: SimulatorContext) => { readonly refunded: boolean },
): (context: SimulatorContext) => SimulatorAnswer {
  return (context) =>
    attempt(
      context,
      () => {
        const charge = work(context);
        return { ...jsonAnswer(200, charge), result: charge.refunded ? 'refunded' : 'charge' };
      },
      ({ code, message }) => errorAnswer(code, message),
    );
}
