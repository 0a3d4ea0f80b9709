import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { runIn, scratchClone } from '../scratch-clone.js';

/** Runs one function of a tool in a scratch clone and gives its answer. */
async function ask(
  t: TestContext,
  module: string,
  call: string,
  files: Readonly<Record<string, string>>,
): Promise<unknown> {
  const clone = scratchClone(t, files);
  const script = `const gate = await import('./tools/${module}.mjs'); console.log(JSON.stringify(await gate.${call}))`;
  const { stdout, stderr } = await runIn(clone, process.execPath, ['--input-type=module', '-e', script]);
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

test('clocks, randomness and the environment are seen in a pure room, and left alone where they belong', async t => {
  const impure = [
    "import { createHash, randomBytes } from 'node:crypto';",
    'export const at = Date.now() + new Date().getTime();',
    'export const seed = Math.random();',
    'export const place = process.env;',
    'setTimeout(() => {}, 1);',
    '// Date.now() in a comment',
    "export const text = 'Math.random()';",
    'export const fixed = new Date(0);',
    'export const named = { process: 1, console: 2 };',
    'export let state = 1;',
    'export const hash = createHash;',
  ].join('\n');
  assert.deepEqual(
    await ask(t, 'gates/purity', 'purity()', {
      'src/model/host.ts': impure,
      'src/transport/clock.ts': impure,
      'src/model/host.test.ts': impure,
    }),
    {
      files: 2,
      faults: [
        'src/model/host.ts:10: a variable at module level: state belongs to what is made by a call',
        'src/model/host.ts:1: randomBytes is randomness; seeds are handed in',
        'src/model/host.ts:2: Date.now is a clock',
        'src/model/host.ts:2: new Date() is a clock; now is handed in',
        'src/model/host.ts:3: Math.random is randomness',
        'src/model/host.ts:4: process is the process and its environment',
        'src/model/host.ts:5: setTimeout is a clock',
        'src/transport/clock.ts:10: a variable at module level: state belongs to what is made by a call',
      ],
    },
  );
});

test('long files are named, too long ones refused, generated ones exempt', async t => {
  const lines = (count: number): string => '//\n'.repeat(count);
  const files = {
    'src/a/ok.ts': lines(300),
    'src/a/long.ts': lines(301),
    'src/a/over.ts': lines(401),
    'src/a/x.gen.ts': lines(999),
  };
  const { long, tooLong } = (await ask(t, 'gates/sizes', 'sizes()', files)) as { long: unknown; tooLong: unknown };
  assert.deepEqual(long, [{ path: 'src/a/long.ts', lines: 301 }]);
  assert.deepEqual(tooLong, [{ path: 'src/a/over.ts', lines: 401 }]);
});

test('a gate that has looked at nothing has failed', async t => {
  const clone = scratchClone(t, {});
  const script = `
    const { runGates } = await import('./tools/run-gates.mjs');
    const gates = [
      { name: 'empty', judge: async () => ({ passed: true, seen: 0, of: 'files', output: '' }) },
      { name: 'broken', judge: async () => { throw new Error('broken gate'); } },
      { name: 'fine', judge: async () => ({ passed: true, seen: 1, of: 'files', output: 'not shown' }) },
    ];
    const { pass, fail } = await runGates(gates);
    console.log(JSON.stringify({ pass, fail }));`;
  const { stdout } = await runIn(clone, process.execPath, ['--input-type=module', '-e', script]);
  assert.match(stdout, /✖ empty[\s\S]*It looked at nothing/);
  assert.match(stdout, /✖ broken[\s\S]*broken gate/);
  assert.doesNotMatch(stdout, /not shown/);
  assert.ok(stdout.endsWith('{"pass":1,"fail":2}\n'), stdout);
});

test('a generated file that is not fresh is named', async t => {
  const clone = scratchClone(t, { 'src/rules/numa/one.ts': 'export default {};\n' });
  const wrote = await runIn(clone, process.execPath, ['tools/gen.mjs', 'rules-index']);
  assert.equal(wrote.code, 0, wrote.stderr);
  assert.equal((await runIn(clone, process.execPath, ['tools/gen.mjs', '--check', 'rules-index'])).code, 0);
  await runIn(clone, 'cp', ['src/rules/numa/one.ts', 'src/rules/numa/two.ts']);
  const checked = await runIn(clone, process.execPath, ['tools/gen.mjs', '--check', 'rules-index']);
  assert.equal(checked.code, 1);
  assert.match(checked.stdout, /^not fresh: src\/rules\/index\.gen\.ts/);
});
