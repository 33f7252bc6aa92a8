import type { MerchantSetting } from '../../../simulators/settings.ts';

export const carriersLeave: MerchantSetting<'no' | 'yes'> = {
  name: 'carriersLeave',
  values: ['no', 'yes'],
  meaning: 'Does the merchant have the leave of the carriers to be told telephone number and carrier?',
};
export const foreignerOption: MerchantSetting<'no' | 'yes'> = {
  name: 'foreignerOption',
  values: ['no', 'yes'],
  meaning: 'Is the merchant told whether somebody is a foreigner?',
};
