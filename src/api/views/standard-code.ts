import { Type } from 'typebox';
import type { Answer } from '../foundation/answer.ts';

/** What `/banks` and `/cards` answer for one code. */
export const StandardCodeView = Type.Object({ code: Type.String(), name: Type.String() });

export const StandardCodeListView = Type.Array(StandardCodeView);

export type StandardCodeAnswer = Answer<typeof StandardCodeView>;
