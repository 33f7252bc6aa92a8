/** What is wrong with a card in a sandbox, in the words of no gateway. */
export type CardProblem =
  // Refused wherever the number is typed: a registration, or a payment by the number.
  | 'no_such_card'
  | 'wrong_expiry'
  | 'wrong_owner'
  | 'wrong_password'
  // Such a card gets a key, and every charge of it is declined.
  | 'declined'
  | 'over_limit'
  | 'lost'
  | 'stopped';

export interface TestCard {
  readonly number: string;
  readonly problem: CardProblem;
  readonly meaning: string;
}

/** The same numbers at every gateway; which code each of them is refused with is the gateway's. Which number means what is our choice. */
export const testCards: readonly TestCard[] = Object.freeze([
  { number: '1234123412341234', problem: 'no_such_card', meaning: 'No such card' },
  { number: '4000000000000069', problem: 'wrong_expiry', meaning: 'Wrong expiry' },
  { number: '4000000000000077', problem: 'wrong_owner', meaning: 'Wrong birth date or business number' },
  { number: '4000000000000085', problem: 'wrong_password', meaning: 'Wrong password' },
  { number: '4000000000000002', problem: 'declined', meaning: 'Gets a key; every charge is declined' },
  { number: '4000000000000010', problem: 'over_limit', meaning: 'Gets a key; every charge is over its limit' },
  { number: '4000000000000044', problem: 'lost', meaning: 'Gets a key; lost or stolen' },
  { number: '4000000000000051', problem: 'stopped', meaning: 'Gets a key; suspended' },
]);

const ofTheData: ReadonlySet<CardProblem> = new Set(['no_such_card', 'wrong_expiry', 'wrong_owner', 'wrong_password']);

/** What a gateway finds out when a card is registered: that its data are wrong, and nothing of what it is good for. */
export function problemOfData(number: string): CardProblem | undefined {
  const problem = problemOfCard(number);
  return problem && ofTheData.has(problem) ? problem : undefined;
}

/** When it is charged, by its number or by a key, of which only the mask is kept (first six, last four). */
export function problemOfCard(number: string): CardProblem | undefined {
  const ends = endsOf(number);
  return testCards.find((card) => endsOf(card.number) === ends)?.problem;
}

function endsOf(number: string): string {
  return `${number.slice(0, 6)} ${number.slice(-4)}`;
}
