import { demoKeyPair } from '../../core/merchants/demo-key-pair.ts';
import type { Merchant } from '../../core/merchants/merchants.ts';
import { mainStoreOf } from '../../core/merchants/sub-stores.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';

/** Of the demo merchant, as is `iamport`, which i'mport's own examples have. */
export const demoUserCode = 'imp00000000';

/** What a shop's page hands to `IMP.init`: `imp` and eight digits. It is no secret. */
export function userCodeOf(merchant: Pick<Merchant, 'id'>): string {
  return `imp${String(merchant.id).padStart(8, '0')}`;
}

/** A merchant's own, or its main store's. */
export async function ownUserCode({ merchants }: Services, merchant: Merchant): Promise<string> {
  const mainStoreId = mainStoreOf(merchant);
  const demo = await merchants.byKey(demoKeyPair.impKey);
  return demo?.id === mainStoreId ? demoUserCode : userCodeOf({ id: mainStoreId });
}

/** Whose page it is; with a tier code (`IMP.agency`) a sub-store of theirs. Throws a refusal where there is nobody. */
export async function merchantOfUserCode(
  { merchants, subStores }: Services,
  userCode: string,
  tierCode: string | undefined,
): Promise<Merchant> {
  const isDemo = userCode === demoUserCode || userCode === 'iamport';
  const id = /^imp(\d{8,18})$/.exec(userCode)?.[1];
  const merchant = isDemo
    ? await merchants.byKey(demoKeyPair.impKey)
    : id === undefined
      ? undefined
      : await merchants.mainStoreById(BigInt(id));
  const acting = merchant && tierCode ? await subStores.find(merchant.id, tierCode) : merchant;
  if (!acting) throw new Refusal('user_code_unknown');
  return acting;
}
