import type { MerchantSetting } from '../../../simulators/settings.ts';

export const refunds: MerchantSetting<'done' | 'processing'> = {
  name: 'refunds',
  values: ['done', 'processing'],
  meaning: 'Is a refund that was taken done at once, or processing for an hour?',
};

export const refundPace: MerchantSetting<'any' | 'three_seconds'> = {
  name: 'refundPace',
  values: ['any', 'three_seconds'],
  meaning: 'Is a refund taken at any time, or turned away sooner than three seconds after the one before?',
};
