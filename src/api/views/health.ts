import { Type } from 'typebox';
import type { Answer } from '../foundation/answer.ts';

export const HealthView = Type.Object({ status: Type.Literal('ok') });

export type HealthAnswer = Answer<typeof HealthView>;
