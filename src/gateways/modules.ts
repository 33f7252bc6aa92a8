/** Every gateway: one line each. */
export { danalTpay } from './danal_tpay/module.ts';
export { galaxia } from './galaxia/module.ts';
export { ksnet } from './ksnet/module.ts';
export { tosspayments } from './tosspayments/module.ts';
