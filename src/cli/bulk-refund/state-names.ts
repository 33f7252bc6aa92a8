import { type Text, text } from '../../platform/language/text.ts';
import type { Colour } from '../terminal.ts';
import type { RowState } from './result-file.ts';

interface Told {
  readonly colour: Colour;
  readonly name: Text;
  /** What it means, and what comes next. */
  readonly meaning: Text;
}

const told: Readonly<Record<RowState, Told>> = Object.freeze({
  confirmed: { colour: 'green', name: text('confirmed', '완료'), meaning: text('confirmed', '환불 완료') },
  refused: {
    colour: 'red',
    name: text('refused', '거절'),
    meaning: text('refused, nothing was given back', '거절, 환불되지 않음'),
  },
  accepted: {
    colour: 'yellow',
    name: text('accepted', '접수'),
    meaning: text('accepted, the gateway finishes later', '접수, PG사가 나중에 지급'),
  },
  in_doubt: {
    colour: 'yellow',
    name: text('in doubt', '미확인'),
    meaning: text('in doubt, do not refund by other means', '결과 미확인, 다른 방법으로 환불하지 마세요'),
  },
  unclear: {
    colour: 'yellow',
    name: text('unclear', '확인 필요'),
    meaning: text('unclear, a person has to look', '불분명, 사람이 확인해야 함'),
  },
  running: {
    colour: 'yellow',
    name: text('running', '진행 중'),
    meaning: text('still running at the server, the next run asks again', '서버에서 진행 중, 다음 실행이 다시 확인'),
  },
  unanswered: {
    colour: 'yellow',
    name: text('unanswered', '응답 없음'),
    meaning: text('without an answer, the next run asks again', '응답 없음, 다음 실행이 다시 확인'),
  },
  not_done: {
    colour: 'red',
    name: text('not done', '미처리'),
    meaning: text('not done, the next run tries again', '처리되지 않음, 다음 실행이 다시 시도'),
  },
  planned: { colour: 'dim', name: text('not begun', '시작 전'), meaning: text('not begun', '시작하지 않음') },
});

export function stateName(state: RowState): Text {
  return told[state].name;
}

export function stateMeaning(state: RowState): { readonly colour: Colour; readonly meaning: Text } {
  return told[state];
}
