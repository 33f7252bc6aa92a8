import { Type } from 'typebox';

export const ResetView = Type.Object({ reset: Type.Literal(true) });
