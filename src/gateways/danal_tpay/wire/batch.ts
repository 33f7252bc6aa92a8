/** `SERVICETYPE` of all that is about billing keys. It goes to the host of cards, under their key. Source: manual of recurring payments. */
export const batch = 'BATCH';

/** `TXTYPE`: a payment by a key, and its deletion. */
export const txTypes = { charge: 'OTBILL', deleteKey: 'DELBILLKEY' } as const;

/** `CURRENCY`: won. */
export const won = '410';

/** The smallest payment by a key, in won. */
export const chargeMinor = 301n;
