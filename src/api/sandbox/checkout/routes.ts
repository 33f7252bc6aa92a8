import type { FastifyInstance, FastifyRequest } from 'fastify';
import { bodyBytesMax, jsonBody } from '../../foundation/body.ts';
import type { ControlPlane } from '../control-plane.ts';
import { openCheckoutRoutes } from './open-routes.ts';
import { windowPages } from './pages.ts';
import { userPgRoutes } from './users-pg.ts';
import { windowRoutes } from './window-routes.ts';

/** The payment window: what its script and its page ask for, and the pages themselves. A live server has none of it. */
export function checkoutRoutes(app: FastifyInstance, plane: ControlPlane): void {
  userPgRoutes(app, plane);
  windowPages(app, plane);
  app.register(async (scope) => {
    takePlainText(scope);
    openCheckoutRoutes(scope, plane);
    windowRoutes(scope, plane);
  });
}

/** A page that says `text/plain` sends its JSON at once, where a browser would first ask whether it may. */
function takePlainText(scope: FastifyInstance): void {
  scope.addContentTypeParser<Buffer>(
    'text/plain',
    { parseAs: 'buffer', bodyLimit: bodyBytesMax },
    (request: FastifyRequest, body, done) => {
      try {
        done(null, jsonBody(request, body));
      } catch (error) {
        done(error as Error);
      }
    },
  );
}
