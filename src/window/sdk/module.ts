import type Iamport from '../checkout.ts';
import { createImp } from './imp.ts';
import { serverOf } from './own-server.ts';

/** `/v1/iamport.esm.js`: the same as a module, which puts nothing on the page. */
const IMP: Iamport = createImp(serverOf(import.meta.url));
export default IMP;
export const slots: Iamport['slots'] = IMP.slots;
