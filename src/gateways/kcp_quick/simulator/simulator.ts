import type { SimulatorDefinition } from '../../../simulators/definition.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { standInInternalError, standInRefusal } from '../../stand-in/simulator/simulator.ts';
import { withStandIn } from '../../stand-in/simulator/with-stand-in.ts';
import { standInSecretOf } from '../wire/stand-in.ts';

/** No path of KCP Quick Pay's own is public: everything goes over the stand-in. */
const definition: SimulatorDefinition = {
  provider: 'kcp_quick',
  routes: [],
  authenticate: () => standInRefusal('S404', null, 404),
  unknownPath: () => standInRefusal('S404', null, 404),
  internalError: () => standInInternalError,
  refusal: (_operation, code, message) => standInRefusal(code, message),
};

export function createKcpQuickSimulator(options: SimulatorOptions): Simulator {
  const standIn = { secretOf: standInSecretOf, wallets: { money: 'point', autopay_key: 'card' } } as const;
  return createSimulatorOf(withStandIn(definition, standIn), options);
}
