/**
 * The rooms of the house, in the order in which data goes through them. A room earns its place only if the type of the
 * data changes at its door. The import rules (.dependency-cruiser.mjs), the check for clocks and randomness
 * (tools/gates/purity.mjs) and docs/architecture.md are all derived from this table; change it here and nowhere else.
 */

/** Core modules that neither touch the machine nor tell the time or a random number: open to every room. */
export const pureCore = ['buffer', 'crypto', 'path', 'path/posix', 'string_decoder', 'url', 'util', 'zlib'];

const files = ['fs', 'fs/promises', 'os', 'stream', 'stream/promises'];
const processes = ['child_process', 'process', 'timers', 'timers/promises', 'events', 'readline'];
const sockets = ['net', 'tls'];

/**
 * name: the folder under src/.
 * turns, into: the type of the data at the two doors.
 * livesHere: what belongs there.
 * may: rooms it may import, beside itself.
 * mayTypes: rooms of which it may import types only.
 * core: core modules beside the pure ones. A room without any is pure: no clock, no randomness, no machine.
 */
export const rooms = [
  {
    name: 'units',
    turns: 'text, numbers',
    into: '`Bytes`, `Pages`, `Hertz`, `CpuSet`, `Version`; the `ByteSource` and `Secret` types',
    livesHere: 'quantities that can’t be mixed up; each parses, prints and compares itself',
    may: [],
  },
  {
    name: 'model',
    turns: '–',
    into: '`Host`, `Guest`, `Disk`, `Image`, `Fleet`, `Known<T>`',
    livesHere: 'immutable facts; in `derived/` one named quantity a file, worked out of several facts',
    may: ['units'],
  },
  {
    name: 'formats',
    turns: 'bytes, text',
    into: 'plain values',
    livesHere:
      'pure parsers and printers: files of `/proc` and `/sys`, configuration files, XML, libvirt’s RPC messages, disk images, bundles',
    may: ['units', 'model'],
  },
  {
    name: 'transport',
    turns: 'a place',
    into: 'bytes',
    livesHere: 'local files under a root, SSH, archives, commands: read, write, run. Knows no meaning',
    may: ['units'],
    core: [...files, ...processes, ...sockets],
  },
  {
    name: 'libvirt',
    turns: 'calls',
    into: 'answers',
    livesHere:
      'the connection to libvirt: sockets, serials, keepalive, events, errors, URI resolution; a public door of the package',
    may: ['units', 'formats', 'transport'],
    core: [...files, ...processes, ...sockets],
  },
  {
    name: 'collect',
    turns: 'bytes, answers',
    into: 'the model',
    livesHere:
      'readings as data: a fact, the ordered ways to it, the parser, the place in the model. One list for every kind of source',
    may: ['units', 'model', 'formats', 'transport', 'libvirt'],
  },
  {
    name: 'wishes',
    turns: 'nearmetal.yaml, flags, metadata',
    into: '`Wishes`',
    livesHere: 'intents, policy, parameters, waivers, baseline: one immutable value for check and plan',
    may: ['units', 'model', 'formats'],
  },
  {
    name: 'change',
    turns: '–',
    into: '`Change`, `Step`',
    livesHere:
      'the kinds of reversible change: state, knobs owned, steps, inverse. Names calls and files, executes nothing',
    may: ['units', 'model', 'formats'],
  },
  {
    name: 'check',
    turns: 'rule × model × wishes',
    into: '`Outcome`',
    livesHere: '`defineRule`, version conditions, the runner. Names no rule',
    may: ['units', 'model', 'wishes', 'change'],
  },
  {
    name: 'rules',
    turns: 'facts',
    into: 'a verdict',
    livesHere: '`<area>/`: one file a practice; beside the areas, data about all rules and the generated index',
    may: ['units', 'model', 'change', 'check'],
    mayTypes: ['wishes'],
  },
  {
    name: 'placement',
    turns: 'topology, guests',
    into: '`Placement`',
    livesHere: 'placement on CPUs, NUMA nodes and huge pages; pure, seeded, explains itself',
    may: ['units', 'model'],
  },
  {
    name: 'compat',
    turns: 'hosts × guest',
    into: 'reasons, a baseline CPU',
    livesHere: 'CPU baseline, migration matrix',
    may: ['units', 'model', 'formats'],
  },
  {
    name: 'plan',
    turns: 'outcomes, wishes, placement',
    into: '`Plan`',
    livesHere: 'conflicts, trade-offs, order, epochs',
    may: ['units', 'model', 'wishes', 'change', 'check', 'placement', 'compat'],
  },
  {
    name: 'apply',
    turns: '`Plan`',
    into: 'a journal',
    livesHere: 'the only writer: backup ledger, lock, journal, steps, read-back, undo, recovery',
    may: ['units', 'model', 'formats', 'transport', 'libvirt', 'change', 'plan'],
    core: [...files, ...processes, ...sockets],
  },
  {
    name: 'verify',
    turns: 'journal × fresh model and outcomes',
    into: 'receipts',
    livesHere: 'did it hold, did the finding go, did anything else move',
    may: ['units', 'model', 'change', 'check'],
    mayTypes: ['apply'],
  },
  {
    name: 'lab',
    turns: 'an experiment',
    into: 'an effect ± its interval',
    livesHere: 'A/B runs on throwaway guests; A is the inverse of B. Reaches rules through the generated index only',
    may: 'above',
    core: [...files, ...processes, ...sockets, 'perf_hooks', 'worker_threads'],
  },
  {
    name: 'report',
    turns: 'any result',
    into: 'text, JSON, SARIF, JUnit, HTML, Markdown, Prometheus',
    livesHere: 'pure renderers; `wire.ts` is the contract with the web',
    may: ['units', 'model', 'check'],
    mayTypes: 'above',
  },
  {
    name: 'fleet',
    turns: 'many hosts',
    into: 'one view',
    livesHere: 'store, queue, server. Reaches rules through the generated index only',
    may: 'above',
    core: [...files, ...processes, ...sockets, 'http', 'https', 'http2', 'perf_hooks', 'worker_threads', 'sqlite'],
  },
  {
    name: 'cli',
    turns: 'arguments',
    into: 'an exit code',
    livesHere: 'commands; the one place where the rooms are wired together',
    may: 'above',
    core: [...files, ...processes, ...sockets, 'module', 'perf_hooks', 'readline/promises', 'tty', 'worker_threads'],
  },
];

/** npm packages whose code may run in the program. Each has its reason in docs/dependencies.md. */
export const programPackages = ['commander', 'libxml2-wasm', 'modern-tar', 'picocolors', 'valibot', 'yaml'];

/** What is imported for its types alone, of packages that hold nothing else (`@types/…`). */
export const typesOnlyPackages = ['sarif'];

/** The rooms that a room may import values from, and those it may import only types from, 'above' written out. */
export function importsOf(room) {
  const above = rooms.slice(0, rooms.indexOf(room)).map(({ name }) => name);
  const may = room.may === 'above' ? above : room.may;
  const types = room.mayTypes === 'above' ? above : (room.mayTypes ?? []);
  return { may, types: types.filter(name => !may.includes(name)) };
}

/** May the room touch the machine, the clock and randomness? */
export function isPure(room) {
  return room.core === undefined;
}
