import type { SimulatorDefinition } from '../../../simulators/definition.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { standInSimulatorNotices } from '../../stand-in/simulator/notices.ts';
import { standInInternalError, standInRefusal } from '../../stand-in/simulator/simulator.ts';
import { withWindowApproval } from '../../stand-in/simulator/window-approval.ts';
import { withStandIn } from '../../stand-in/simulator/with-stand-in.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { payInWindow } from './window.ts';

/** No path of the server's API is public: everything goes over the stand-in. */
const definition: SimulatorDefinition = {
  provider: 'bluewalnut',
  routes: [],
  authenticate: () => standInRefusal('S404', null, 404),
  unknownPath: () => standInRefusal('S404', null, 404),
  internalError: () => standInInternalError,
  refusal: (_operation, code, message) => standInRefusal(code, message),
  payInWindow,
  notices: standInSimulatorNotices(standInSecretOf),
};

export function createBluewalnutSimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(withWindowApproval(withStandIn(definition, { secretOf: standInSecretOf })), options);
}
