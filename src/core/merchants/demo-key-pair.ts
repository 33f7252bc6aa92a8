import type { KeyPair } from './merchants.ts';

/**
 * The public demo pair that i'mport's client libraries carry as their default (npm package `iamport`, `lib/iamport.js`): a
 * client without any settings of its own works against a sandbox. Live mode refuses it.
 */
export const demoKeyPair: KeyPair = Object.freeze({
  impKey: 'imp_apikey',
  impSecret: 'ekKoeW8RyKuT0zgaZsUtXXTLQ4AhPFW3ZGseDA6bkA5lamv9OqDMnxyeB9wqOsuO9W3Mx9YSJ4dTqJ3f',
});
