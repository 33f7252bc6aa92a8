/** Every gateway: one line each. */
export { galaxia } from './galaxia/module.ts';
export { tosspayments } from './tosspayments/module.ts';
