import { Type } from 'typebox';

/** A bank as merchants write it. Which codes a gateway has is in docs/gateways.md and `GET /capabilities`. */
export const BankCodeField = Type.String({
  maxLength: 4,
  description: "KFTC's three digits, or the gateway's own code (KG INICIS 88, KCP BK88, Kiwoom Pay 10 for 신한).",
});
