/** Every gateway: one line each. */
export { danalTpay } from './danal_tpay/module.ts';
export { daou } from './daou/module.ts';
export { galaxia } from './galaxia/module.ts';
export { html5Inicis, inicis } from './inicis/module.ts';
export { kakaopay } from './kakaopay/module.ts';
export { kcp } from './kcp/module.ts';
export { kicc } from './kicc/module.ts';
export { ksnet } from './ksnet/module.ts';
export { naverpay } from './naverpay/module.ts';
export { nice } from './nice/module.ts';
export { niceV2 } from './nice_v2/module.ts';
export { payco } from './payco/module.ts';
export { settle } from './settle/module.ts';
export { smartro } from './smartro/module.ts';
export { smartroV2 } from './smartro_v2/module.ts';
export { tosspayments } from './tosspayments/module.ts';
export { welcome } from './welcome/module.ts';
