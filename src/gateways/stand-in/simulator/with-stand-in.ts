import type { SimulatorDefinition } from '../../../simulators/definition.ts';
import { standInPrefix } from '../wire/protocol.ts';
import { authenticateStandIn, standInInternalError, standInRefusal, standInRoutes } from './simulator.ts';

/** How a simulator refuses and fails, by the path of the request. */
export interface DefinitionWithStandIn extends Omit<SimulatorDefinition, 'internalError' | 'refusal'> {
  internalError(path: string): ReturnType<SimulatorDefinition['unknownPath']>;
  refusal(
    path: string,
    ...fault: Parameters<SimulatorDefinition['refusal']>
  ): ReturnType<SimulatorDefinition['refusal']>;
}

/** The gateway's own definition, and beside it, where it asks for them, the paths of the stand-in with their own ways. */
export function withStandIn(definition: SimulatorDefinition): DefinitionWithStandIn {
  const { standIn } = definition;
  const isStandIn = (path: string) => standIn !== undefined && path.startsWith(standInPrefix);
  return {
    ...definition,
    routes: standIn ? [...definition.routes, ...standInRoutes(standIn)] : definition.routes,
    authenticate: (request, book) =>
      standIn && isStandIn(request.path)
        ? authenticateStandIn(request, book, standIn)
        : definition.authenticate(request, book),
    unknownPath: (request) =>
      isStandIn(request.path) ? standInRefusal('S404', null, 404) : definition.unknownPath(request),
    internalError: (path) => (isStandIn(path) ? standInInternalError : definition.internalError),
    refusal: (path, operation, code, message) =>
      isStandIn(path) ? standInRefusal(code, message) : definition.refusal(operation, code, message),
  };
}
