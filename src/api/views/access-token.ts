import { Type } from 'typebox';
import type { Answer } from '../foundation/answer.ts';

export const AccessTokenView = Type.Object({
  access_token: Type.String({ description: '40 hexadecimal digits.' }),
  now: Type.Integer({ description: 'The server clock, in seconds since 1970.' }),
  expired_at: Type.Integer({ description: 'Seconds since 1970.' }),
});

export type AccessTokenAnswer = Answer<typeof AccessTokenView>;
