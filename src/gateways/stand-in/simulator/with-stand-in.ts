import type { SimulatorDefinition } from '../../../simulators/definition.ts';
import { standInPrefix } from '../wire/protocol.ts';
import type { SimulatorStandIn } from './definition.ts';
import { authenticateStandIn, standInInternalError, standInRefusal, standInRoutes } from './simulator.ts';
import { slipSchema, slipTables } from './slips.ts';
import { memberActs, pointsActs } from './wallets/acts.ts';
import { walletSchema, walletTables } from './wallets/tables.ts';

/** The gateway's own definition, and beside its paths those of the stand-in, which refuse and fail in their own ways. */
export function withStandIn(definition: SimulatorDefinition, standIn: SimulatorStandIn): SimulatorDefinition {
  const isStandIn = (path: string) => path.startsWith(standInPrefix);
  const hasWallets = standIn.wallets !== undefined;
  const hasMembers = standIn.wallets?.money !== undefined || standIn.wallets?.autopay_key !== undefined;
  return {
    ...definition,
    schema: [definition.schema ?? '', hasWallets ? walletSchema : '', standIn.slipParts ? slipSchema : ''].join('\n'),
    ownTables: [
      ...(definition.ownTables ?? []),
      ...(hasWallets ? walletTables : []),
      ...(standIn.slipParts ? slipTables : []),
    ],
    acts: {
      ...definition.acts,
      ...(standIn.wallets?.points === undefined ? {} : pointsActs),
      ...(hasMembers ? memberActs : {}),
    },
    routes: [...definition.routes, ...standInRoutes(standIn)],
    authenticate: (request, book) =>
      isStandIn(request.path) ? authenticateStandIn(request, book, standIn) : definition.authenticate(request, book),
    unknownPath: (request) =>
      isStandIn(request.path) ? standInRefusal('S404', null, 404) : definition.unknownPath(request),
    internalError: (path) => (isStandIn(path) ? standInInternalError : definition.internalError(path)),
    refusal: (operation, code, message, path) =>
      isStandIn(path) ? standInRefusal(code, message) : definition.refusal(operation, code, message, path),
  };
}
