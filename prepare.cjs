// npm runs this at the end of every "npm ci" and "npm install" in a clone, and before it takes a clone into another project,
// from git or by its path. Only that other project needs `dist`; a clone runs its sources, and must install on any Node and
// without development dependencies. Nothing newer than Node 12 may stand in this file.
'use strict';
const { spawnSync } = require('child_process');
const { existsSync, realpathSync } = require('fs');
const { join } = require('path');

// Other package managers know no local prefix.
const installingIn = process.env.npm_config_local_prefix || process.env.INIT_CWD || __dirname;

if (realpathSync(installingIn) === realpathSync(__dirname)) tellOfOldNode();
else build();

/** npm itself warns of each package that wants a newer Node; .npmrc keeps that down to this line. */
function tellOfOldNode() {
  const [, version = '', major, minor] = /node\/v((\d+)\.(\d+)\S*)/.exec(process.env.npm_config_user_agent || '') || [];
  if (version === '' || major > 22 || (Number(major) === 22 && minor >= 20)) return;
  const advice = existsSync(join(__dirname, 'node_modules', 'node', 'bin', 'node'))
    ? '"npm start", "npm test" and the other scripts run on the Node that was installed with it.'
    : 'install Node 22.20 or newer, or install with development dependencies, which bring one.';
  console.error(`hwanbul: Node ${version} is too old; ${advice}`);
}

function build() {
  if (!existsSync(join(__dirname, 'node_modules', 'typescript'))) {
    console.error(`hwanbul: ${__dirname} can not be compiled: run "npm ci" there first.`);
    process.exit(1);
  }
  const { status } = spawnSync(process.execPath, ['--require', './bin/refuse-old-node.cjs', 'build.ts'], {
    cwd: __dirname,
    stdio: 'inherit',
  });
  process.exit(status === null ? 1 : status);
}
