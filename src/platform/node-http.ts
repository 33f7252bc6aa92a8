/**
 * `node:http` without its WebSocket. To import the module by its name reads all that it exports, and some of that is made when it is
 * read: a copy of undici. `time node --input-type=module -e "import 'node:http'"` beside `time node -e ''` shows what that takes.
 */
export const { createServer, request, STATUS_CODES } = process.getBuiltinModule('node:http');
