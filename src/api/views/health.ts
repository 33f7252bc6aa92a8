import { Type } from 'typebox';
import type { Answer } from '../foundation/answer.ts';

export const HealthView = Type.Object({
  status: Type.Literal('ok'),
  clock_skew_ms: Type.Optional(
    Type.Integer({
      description:
        "By how much this server's clock is ahead of the database's, as it was seen last; negative: behind. More than 1000 either " +
        'way is to be mended: times that merchants see are wrong then, and a restart is refused.',
    }),
  ),
});

export type HealthAnswer = Answer<typeof HealthView>;
