import type { AccessTokenAnswer } from '../api/views/access-token.ts';
import type { BookAnswer } from '../api/views/book.ts';
import type { ClockAnswer as ApiClockAnswer, ClockMovedAnswer } from '../api/views/clock.ts';
import type { FaultAnswer, FaultListAnswer } from '../api/views/fault.ts';
import type { PaymentAnswer as ApiPaymentAnswer } from '../api/views/payment.ts';
import type { SandboxMerchantAnswer } from '../api/views/sandbox-merchant.ts';
import type { SeededAnswer, SeededPaymentAnswer } from '../api/views/seeded-payment.ts';
import type { WebhookSettingsAnswer } from '../api/views/webhook-settings.ts';
import type { Book, ClockAnswer, ClockMoved, PaymentAnswer, SeededPayment } from './answers.ts';
import type { AccessToken, AddedFault, FaultsLeft, NewMerchant, Seeded } from './answers-within.ts';
import type { StartOptions } from './types.ts';

/**
 * What the API answers is described once, in src/api/views, but what is published can't import that: the type of a schema needs
 * TypeBox and the types of our records, so that the package's declarations would be half of the server's. So the package says
 * again, in `answers.ts`, what a test gets to see, and here the compiler holds the two equal. Nothing of this file is
 * published or runs.
 */
export type HeldToTheApi = [
  Held<Equal<Book, Published<BookAnswer>>>,
  Held<Equal<ClockAnswer, Published<ApiClockAnswer>>>,
  Held<Equal<ClockMoved, Published<ClockMovedAnswer>>>,
  Held<Equal<SeededPayment, Published<SeededPaymentAnswer>>>,
  Held<Equal<NonNullable<StartOptions['webhookFormat']>, WebhookSettingsAnswer['webhook_format']>>,
  // Of these only a part is told, or read.
  Held<Holds<PaymentAnswer, ApiPaymentAnswer>>,
  Held<Holds<AccessToken, AccessTokenAnswer>>,
  Held<Holds<NewMerchant, SandboxMerchantAnswer>>,
  Held<Holds<AddedFault, FaultAnswer>>,
  Held<Holds<FaultsLeft, FaultListAnswer>>,
  Held<Holds<Seeded, SeededAnswer>>,
];

type Held<Claim extends true> = Claim;
type Holds<Part, Whole> = Whole extends Part ? true : false;
type Equal<One, Other> = [One, Other] extends [Other, One] ? true : false;

/** The package promises a text where the API knows all the words: a further word breaks nobody's types. */
type Published<Answer> = Answer extends string
  ? string
  : Answer extends readonly (infer Each)[]
    ? readonly Published<Each>[]
    : Answer extends object
      ? { readonly [Name in keyof Answer]: Published<Answer[Name]> }
      : Answer;
