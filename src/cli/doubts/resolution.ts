import type { DoubtAnswer } from '../../api/views/doubt.ts';
import { inLanguage, joined, type Text, text, type Words } from '../../platform/language/text.ts';
import { apiWord } from '../../rules/language/api-words.ts';
import { exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { askYes, type Terminal } from '../terminal.ts';
import { consequenceOf, foundNames } from './meanings.ts';
import { printDoubt } from './show-doubt.ts';

export const outcomes = ['confirmed', 'refused'] as const;
type Outcome = (typeof outcomes)[number];

/** What may be said on the command line; what is not, the dialogue asks for. */
export interface ResolutionOptions {
  readonly outcome?: Outcome;
  readonly reason?: string;
  readonly actor?: string;
  readonly pgTid?: string;
  readonly applyNum?: string;
  readonly vbankNum?: string;
  readonly barcode?: string;
  readonly yes?: boolean;
}

/** The body of a resolution. */
export type Resolution = Readonly<Record<string, string>>;

type FoundName = DoubtAnswer['found_at_gateway'][number]['name'];
const optionOf = {
  pg_tid: 'pgTid',
  apply_num: 'applyNum',
  vbank_num: 'vbankNum',
  barcode: 'barcode',
} as const satisfies Readonly<Record<FoundName, keyof ResolutionOptions>>;

const nothingChanged = text('Nothing was changed', '변경하지 않았습니다');

/** @throws CliFailure when something has to be asked for and there is nobody to ask. */
export function refuseUnaskable(terminal: Terminal, options: ResolutionOptions): void {
  if (terminal.canAsk) return;
  const needed = (['outcome', 'reason', 'actor', 'yes'] as const).filter((name) => !options[name]);
  if (needed.length > 0) throw nobodyToAsk(needed);
}

function nobodyToAsk(names: readonly string[]): CliFailure {
  const list = names.map((name) => `--${name}`).join(', ');
  return new CliFailure(
    text(`There is nobody to ask here: add ${list}.`, `물어볼 사람이 없습니다. ${list}을(를) 추가하세요.`),
  );
}

/** Takes what the options say, asks for the rest, and has it agreed to. */
export async function agreeOnResolution(
  terminal: Terminal,
  doubt: DoubtAnswer,
  options: ResolutionOptions,
  now: number,
): Promise<Resolution> {
  refuseEnded(doubt);
  refuseForeign(doubt, options);
  if (options.outcome === undefined) printDoubt({ say: terminal.say, out: terminal.note }, doubt, now);
  const outcome = options.outcome ?? (await askOutcome(terminal));
  const found = outcome === 'confirmed' ? await foundThere(terminal, doubt, options) : {};
  const reason = options.reason ?? (await askNeeded(terminal, text('How do you know?', '확인한 근거:')));
  const actor = options.actor ?? (await askNeeded(terminal, text('Your name:', '처리자 이름:')));
  const consequence = consequenceOf(doubt, outcome);
  terminal.note(
    text(
      `${doubt.doubt_id} of ${doubt.imp_uid} becomes ${outcome}: ${consequence.en}.`,
      `${doubt.imp_uid}의 ${doubt.doubt_id} → ${inLanguage('ko', apiWord(outcome))}: ${consequence.ko}.`,
    ),
  );
  if (doubt.kind === 'cancel' && outcome === 'confirmed' && found.pg_tid === undefined) terminal.note(withoutId);
  const isAgreed = options.yes === true || (await askYes(terminal, text('Is that so?', '이대로 처리할까요?')));
  if (!isAgreed) throw new CliFailure(joined([nothingChanged, ''], '.'));
  return { outcome, reason, actor, ...found };
}

const withoutId = text(
  'Its id at the gateway stays empty. A later cancellation of the same amount could be taken for this one: note the id if you can.',
  'PG사 거래번호는 비워 둡니다. 같은 금액의 이후 취소와 구분되지 않을 수 있으니 가능하면 입력하세요.',
);

function refuseEnded({ doubt_id, state }: DoubtAnswer): void {
  if (state === 'in_doubt' || state === 'accepted') return;
  const { en, ko } = stateText(state);
  throw new CliFailure(
    text(
      `${doubt_id} is ${en}: there is no doubt to end.`,
      `${doubt_id}은(는) 이미 ${ko} 상태라 처리할 것이 없습니다.`,
    ),
    exitCodes.no,
    { error: 'doubt_not_open' },
  );
}

function stateText(state: DoubtAnswer['state']): Text {
  const word = apiWord(state);
  return text(inLanguage('en', word), inLanguage('ko', word));
}

/** What is said about something that this kind does not have is said about another doubt. */
function refuseForeign({ doubt_id, kind, found_at_gateway }: DoubtAnswer, options: ResolutionOptions): void {
  const foreign = Object.entries(optionOf).find(
    ([name, option]) => options[option] !== undefined && !found_at_gateway.some((each) => each.name === name),
  );
  if (!foreign) return;
  const option = `--${foreign[0].replace('_', '-')}`;
  throw new CliFailure(
    text(
      `${option} does not fit: ${doubt_id} is of the kind ${kind}.`,
      `${option}은(는) 맞지 않습니다. ${doubt_id}의 종류는 ${kind}입니다.`,
    ),
  );
}

/** What the gateway's books have of it. What may be missing is asked for as well, since later nobody will know it. */
async function foundThere(
  terminal: Terminal,
  { found_at_gateway }: DoubtAnswer,
  options: ResolutionOptions,
): Promise<Partial<Record<FoundName, string>>> {
  const isMissing = ({ name }: { name: FoundName }): boolean => !options[optionOf[name]];
  const missing = found_at_gateway.filter((each) => each.needed && isMissing(each));
  if (!terminal.canAsk && missing.length > 0) throw nobodyToAsk(missing.map(({ name }) => name.replace('_', '-')));
  const found: Partial<Record<FoundName, string>> = {};
  for (const each of found_at_gateway) {
    const given = options[optionOf[each.name]];
    // With --yes nobody is to be asked for what need not be known.
    const mayAsk = terminal.canAsk && given === undefined && (each.needed || options.yes !== true);
    const value = mayAsk ? await askFound(terminal, each) : (given ?? '');
    if (value !== '') found[each.name] = value;
  }
  return found;
}

async function askFound(terminal: Terminal, { name, needed }: { name: FoundName; needed: boolean }): Promise<string> {
  const { en, ko } = foundNames[name];
  const asked = en.charAt(0).toUpperCase() + en.slice(1);
  if (needed) return askNeeded(terminal, text(`${asked}:`, `${ko}:`));
  const optional = text(`${asked}, empty if you do not know it:`, `${ko}, 모르면 비워 두세요:`);
  return (await terminal.ask(withSpace(terminal, optional))).trim();
}

/** Both languages' words are taken in either: who reads Korean here may know the word of the API. */
const outcomeWords: Readonly<Record<string, Outcome>> = Object.freeze({
  confirmed: 'confirmed',
  완료: 'confirmed',
  refused: 'refused',
  거절: 'refused',
});

async function askOutcome(terminal: Terminal): Promise<Outcome> {
  const question = text(
    "What does the gateway's own book say: confirmed (it was carried out) or refused (it was not)?",
    'PG사 장부에는 어떻게 되어 있습니까? 완료(처리됨) 또는 거절(처리되지 않음):',
  );
  const answer = (await terminal.ask(withSpace(terminal, question))).normalize('NFC').trim().toLowerCase();
  const outcome = Object.hasOwn(outcomeWords, answer) ? outcomeWords[answer] : undefined;
  if (outcome) return outcome;
  throw new CliFailure(
    text(
      `${nothingChanged.en}: the answer must be confirmed or refused.`,
      `${nothingChanged.ko}. 완료 또는 거절로 답해야 합니다.`,
    ),
  );
}

async function askNeeded(terminal: Terminal, question: Words): Promise<string> {
  const answer = (await terminal.ask(withSpace(terminal, question))).trim();
  if (answer !== '') return answer;
  throw new CliFailure(text(`${nothingChanged.en}: an answer is needed.`, `${nothingChanged.ko}. 답이 필요합니다.`));
}

function withSpace({ say }: Terminal, question: Words): string {
  return `${say(question)} `;
}
