// Runs test files with node:test in the Node that runs this script, prints what failed and why tests were skipped, and
// hands the numbers to its parent process. Arguments: --concurrency=N --timeout=SECONDS FOLDER FILE…, where FOLDER holds
// the transpiled files and the files are named as TypeScript sources.
import { join, relative, resolve } from 'node:path';
import { run } from 'node:test';
import { inspect } from 'node:util';

const root = resolve(import.meta.dirname, '..');
const options = new Map(process.argv.filter(arg => arg.startsWith('--')).map(arg => arg.slice(2).split('=')));
const [folder, ...sources] = process.argv.slice(2).filter(arg => !arg.startsWith('--'));

const totals = { tests: 0, suites: 0, pass: 0, fail: 0, cancelled: 0, skipped: 0, todo: 0 };
const skips = new Map();
const printed = new Map();
const durations = new Map();
const told = [];

const events = run({
  files: sources.map(source => join(folder, source.replace(/\.ts$/, '.js'))),
  concurrency: Number(options.get('concurrency')),
  timeout: Number(options.get('timeout')) * 1000,
});

for await (const { type, data } of events) {
  if ((type === 'test:pass' || type === 'test:fail') && data.nesting === 0) {
    const seconds = data.details.duration_ms / 1000;
    durations.set(place(data), (durations.get(place(data)) ?? 0) + seconds);
  }
  if (type === 'test:stdout' || type === 'test:stderr') {
    printed.set(place(data), `${printed.get(place(data)) ?? ''}${data.message}`.slice(-20_000));
  } else if (type === 'test:pass' && data.skip !== undefined) {
    const reason = typeof data.skip === 'string' && data.skip !== '' ? data.skip : `no reason given: ${place(data)}`;
    skips.set(reason, (skips.get(reason) ?? 0) + 1);
  } else if (type === 'test:fail') {
    report(data);
  } else if (type === 'test:diagnostic') {
    const [, name, count] = /^(\w+) ([\d.]+)$/.exec(data.message) ?? [];
    if (data.nesting === 0 && name in totals) totals[name] += Number(count);
    // what a test counted or measured
    else if (name === undefined) told.push(`${place(data)}: ${data.message}`);
  }
}
for (const line of told) console.log(`  ${line}`);
const slow = [...durations].filter(([, seconds]) => seconds > 5).sort(([, a], [, b]) => b - a);
for (const [source, seconds] of slow.slice(0, 5)) console.log(`  ${seconds.toFixed(0).padStart(3)} s  ${source}`);
for (const [reason, count] of skips) console.log(`  skipped: ${reason} (${count})`);
process.send?.(totals);
process.exitCode = totals.fail + totals.cancelled > 0 ? 1 : 0;

function report(data) {
  const { error } = data.details;
  // a suite fails because of what is in it, which has been told
  if (error?.failureType === 'subtestsFailed' || data.todo !== undefined) return;
  const source = place(data);
  const isFile = data.name.endsWith('.test.js');
  console.log(`\n✖ ${source}${isFile ? '' : `: ${data.name}`}`);
  console.log(indent(inspect(error?.cause ?? error, { depth: 8, breakLength: 120 })));
  const output = printed.get(source);
  if (output !== undefined) console.log(`  it printed:\n${indent(output.trimEnd())}`);
  printed.delete(source);
}

/** The source that an event is about; node:test names the source or the transpiled file, as source maps let it. */
function place({ file, name }) {
  const path = resolve(file ?? name);
  const transpiled = relative(resolve(folder), path);
  return (transpiled.startsWith('..') ? relative(root, path) : transpiled).replace(/\.js$/, '.ts');
}

function indent(text) {
  return text.replace(/^/gm, '    ');
}
