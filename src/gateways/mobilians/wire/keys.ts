/** Modes of an approval: by a key, without a window before it. */
export const keyMode = 'M002';

/** What a key of a telephone is charged with besides itself, and how it is kept beside it. */
export interface PhoneOfKey {
  readonly phoneNumber: string;
  readonly userKey: string;
}
