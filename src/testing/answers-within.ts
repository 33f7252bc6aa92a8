// What the package itself reads of the API's answers. held-to-the-api.ts holds it equal to what the API says of them.

import type { SeededPayment } from './answers.ts';

export interface AccessToken {
  readonly access_token: string;
}

export interface NewMerchant {
  readonly imp_key: string;
  readonly imp_secret: string;
}

export interface AddedFault {
  readonly id: string;
}

export interface FaultsLeft {
  readonly list: readonly { readonly id: string; readonly count: number }[];
}

export interface Seeded {
  readonly payments: readonly SeededPayment[];
}
