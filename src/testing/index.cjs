'use strict';

// The published `hwanbul/testing`. It is CommonJS because Jest loads nothing else without flags, and an `import` of it works
// as well. The program of the server is found here, since what is compiled to both kinds of modules can't say where it is.
const { join } = require('node:path');
const { createStartHwanbul } = require('./commonjs/start-hwanbul.js');
const { CallRefused } = require('./commonjs/control-plane.js');

exports.startHwanbul = createStartHwanbul(join(__dirname, 'server', 'main.js'));
exports.CallRefused = CallRefused;
