import type { MerchantSetting } from '../../../simulators/settings.ts';

export const refunds: MerchantSetting<'completed' | 'pending'> = {
  name: 'refunds',
  values: ['completed', 'pending'],
  meaning: 'Is a refund completed at once, or pending for some days, as one that is paid from a bank account (eCheck)?',
};
