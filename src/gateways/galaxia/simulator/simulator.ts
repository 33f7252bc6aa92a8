import type { SimulatorDefinition } from '../../../simulators/definition.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { standInSimulatorNotices } from '../../stand-in/simulator/notices.ts';
import { standInInternalError, standInRefusal } from '../../stand-in/simulator/simulator.ts';
import { withStandIn } from '../../stand-in/simulator/with-stand-in.ts';
import { standInSecretOf } from '../wire/stand-in.ts';

/** No path of Galaxia's own is public: everything goes over the stand-in. */
const definition: SimulatorDefinition = {
  provider: 'galaxia',
  routes: [],
  authenticate: () => standInRefusal('S404', null, 404),
  unknownPath: () => standInRefusal('S404', null, 404),
  internalError: () => standInInternalError,
  refusal: (_operation, code, message) => standInRefusal(code, message),
  notices: standInSimulatorNotices(standInSecretOf),
};

export function createGalaxiaSimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(withStandIn(definition, { secretOf: standInSecretOf }), options);
}
