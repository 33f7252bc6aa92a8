/** INVENTED: the forms of fields, and the lengths of texts (in characters; many gateways count bytes). */

import Type, { type TSchema } from 'typebox';
import type { TextRule } from '../../../../../src/port/texts.ts';

export const Id = Type.String({ minLength: 1, maxLength: 80 });
/** Won. */
export const Amount = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
/** `2024-03-06T19:47:48`, on Seoul's clock. */
export const Time = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}$' });
export const OrNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** What is longer is cut by the adapter, and refused by the simulator. */
export const lengthMax = { id: 80, orderName: 100, reason: 100, holder: 30 } as const;

/** What may stand in a reason. */
export const reasonRule: TextRule = { max: lengthMax.reason, unit: 'utf16_units' };
