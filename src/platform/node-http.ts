/**
 * `node:http` without its WebSocket. To import the module by its name reads all that it exports, and some of that is made when it is
 * read: a copy of undici, which takes a process as long as all the rest of Node.
 */
export const { createServer, request, STATUS_CODES } = process.getBuiltinModule('node:http');
