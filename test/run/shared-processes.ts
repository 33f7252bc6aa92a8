import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Files of which several run in one process, one after the other, each as a suite that has the file's path for its name. To load and warm
 * up the program takes most of them longer than what they test. `gateways`: one gateway, its adapter and its simulator, which need a
 * small part of the program only.
 */
const gateways = /^test\/gateways\/[^/]+\/[^/]+\.test\.ts$/;
/** They share a browser as well. */
const browsers = /^test\/(window|console)\/[^/]+\.test\.ts$/;
/** Files that need a process of their own, or are so long that it costs them nothing. */
const alone: readonly RegExp[] = [
  // They look at processes from outside, change what belongs to theirs, or need it as it was started.
  /^test\/(run|start|testing-package)\//,
  /^test\/platform\/(logging|rounds)\.test\.ts$/,
  /^test\/sandbox\/simulator-crash\.test\.ts$/,
  // They start dozens of processes, and run as long as a shared one.
  /^test\/cli\/(bulk-refund|bulk-refund-kills|commands|interruption|terminal)\.test\.ts$/,
  /^test\/exactly-once\/(billing-keys|certifications|crash|kill-under-load|product-orders|schedules)\.test\.ts$/,
  /^test\/simulators\/simulator-process\.test\.ts$/,
  /^test\/documents\/blocks\.test\.ts$/,
  /^test\/deploy\/behind-haproxy\.test\.ts$/,
  // A browser with a profile of its own.
  /^test\/api\/docs-page\.test\.ts$/,
  // Very many things at once, against limits of time.
  /^test\/(exactly-once\/(faults|in-flight|races)|port\/http-client)\.test\.ts$/,
  // A minute or more each.
  /^test\/(fuzz\/|distribution\.test\.ts$|gateways\/(conformance|new-gateway|through-the-api)\.test\.ts$|model\/)/,
];
/** Of those, the ones that take minutes. */
const longest =
  /^test\/(model\/|fuzz\/|gateways\/|start\/start|exactly-once\/crash|simulators\/simulator-process|testing-package\/)/;
/** Few enough that a run's processes end at about the same time, and enough that loading is a small part. */
const filesPerProcess = 12;
/** They need a small part of the program, and take a second each: the fewer processes load it, the better. */
const gatewayFilesPerProcess = 30;
/** Each of them takes a minute, so that one process for each file that runs at a time is enough. */
const filesPerBrowser = 7;
const suites = new URL('suites.ts', import.meta.url).href;

/** The files to start, a process each, the longest first and the shortest last: those that share one are told by a file that is made for it. */
export function shareProcesses(files: readonly string[], folder: string, root = process.cwd()): readonly string[] {
  const ofGateways = files.filter((file) => gateways.test(file));
  const own = files.filter((file) => !file.startsWith('test/') || alone.some((each) => each.test(file)));
  const ofBrowsers = files.filter((file) => browsers.test(file));
  const known = new Set([...ofGateways, ...own, ...ofBrowsers]);
  const others = files.filter((file) => !known.has(file));
  mkdirSync(folder);
  // Several browsers at once would leave nothing to each other.
  const [firstOfBrowsers = [], ...laterOfBrowsers] = shared(
    ofBrowsers,
    join(folder, 'browsers'),
    root,
    filesPerBrowser,
  );
  const short = own.filter((file) => !longest.test(file));
  const half = Math.ceil(short.length / 2);
  return [
    ...[firstOfBrowsers].flat(),
    ...own.filter((file) => longest.test(file)),
    ...laterOfBrowsers,
    // Those of the whole wait much of the time, the others hardly ever: beside each other they leave no core idle.
    ...mixed(shared(others, join(folder, 'whole'), root, filesPerProcess), [
      ...shared(ofGateways, join(folder, 'gateways'), root, gatewayFilesPerProcess),
      ...short.slice(0, half),
    ]),
    // Nothing long, so that all cores have work until the end.
    ...short.slice(half),
  ];
}

/** All of both, each evenly from the first to the last. */
function mixed<Item>(some: readonly Item[], others: readonly Item[]): readonly Item[] {
  const placed = [some, others].flatMap((items) =>
    items.map((item, at) => ({ item, place: (at + 0.5) / items.length })),
  );
  return placed.sort((a, b) => a.place - b.place).map(({ item }) => item);
}

function shared(files: readonly string[], name: string, root: string, most: number): readonly string[] {
  if (files.length < 2) return files;
  const processes = Math.ceil(files.length / most);
  return Array.from({ length: processes }, (_, n) => {
    const path = `${name}-${n + 1}.test.mjs`;
    // Files of one kind stand side by side, and take long or not: each process gets some of all.
    const its = files.filter((_file, at) => at % processes === n);
    const list = its.map((file) => [file, pathToFileURL(join(root, file)).href]);
    writeFileSync(path, `import { runAsSuites } from '${suites}';\nrunAsSuites(${JSON.stringify(list, null, 2)});\n`);
    return path;
  });
}
