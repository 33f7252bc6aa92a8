// Loaded before anything else, also by "node --require": parsed by whatever Node a machine has, so that one that is far too
// old can be told in a line rather than by what it does not understand. Nothing newer than Node 12 may stand in this file.
'use strict';
const { existsSync } = require('fs');
const { join } = require('path');

const [major, minor] = process.versions.node.split('.').map(Number);
const isClone = existsSync(join(__dirname, '..', 'src'));

if (major < 22 || (major === 22 && minor < 20)) {
  const advice = isClone
    ? 'run "npm ci" and then "npm start", which take the Node of the npm package "node" (its install script must be allowed), or install Node 22.20 or newer.'
    : 'install Node 22.20 or newer.';
  refuse(`Node ${process.versions.node} is too old: ${advice}`);
} else if (isClone && !existsSync(join(__dirname, '..', 'node_modules'))) {
  refuse('nothing is installed yet: run "npm ci" first.');
}

function refuse(line) {
  console.error(`hwanbul: ${line}`);
  process.exit(1);
}
