import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { runIn, scratchClone } from './scratch-clone.js';

const program = {
  'src/cli/main.ts': "console.log('main');\n",
  'src/cli/run.ts': 'export const run = (): number => 0;\n',
  'src/index.ts': 'export const door = 1;\n',
  'src/libvirt/index.ts': 'export const libvirt = 1;\n',
};
const head = "import assert from 'node:assert/strict';\nimport test from 'node:test';\n";

/** The command as a person types it: not as part of the test that runs here. */
const plain = { ...process.env, NODE_TEST_CONTEXT: undefined };

test('the test command tells failures with their place, skips by reason, and sums up in lines that programs read', async t => {
  const clone = scratchClone(t, {
    ...program,
    'src/units/one.test.ts': `${head}test('holds', () => {});
test('differs', () => { console.log('said on the way'); assert.equal(1 + 1, 3); });
test('waits', { skip: 'no shared data' }, () => {});\n`,
    'src/units/two.test.ts': `${head}test('waits too', t => { t.skip('no shared data'); });\n`,
    'test/live/three.test.ts': `${head}test('is not a unit test', () => { assert.fail(); });\n`,
  });
  const { code, stdout } = await runIn(clone, process.execPath, ['tools/test.mjs', 'unit'], plain);
  assert.equal(code, 1);
  assert.match(
    stdout,
    /✖ src\/units\/one\.test\.ts: differs\n[\s\S]*2 !== 3[\s\S]*src\/units\/one\.test\.ts:4:\d+[\s\S]*said on the way/,
  );
  assert.match(stdout, /skipped: no shared data \(2\)\n/);
  assert.match(
    stdout,
    /\nℹ tests 4\nℹ suites 0\nℹ pass 1\nℹ fail 1\nℹ cancelled 0\nℹ skipped 2\nℹ todo 0\nℹ duration_ms \d+\n1 passed, 1 failed, 2 skipped\n$/,
  );
  assert.deepEqual(readdirSync(join(clone, 'build')), []);
});

test('only the files whose path contains a pattern are run', async t => {
  const clone = scratchClone(t, {
    ...program,
    'src/units/one.test.ts': `${head}test('fails', () => { assert.fail(); });\n`,
    'src/units/two.test.ts': `${head}test('holds', () => {});\n`,
  });
  const { code, stdout } = await runIn(clone, process.execPath, ['tools/test.mjs', 'unit', 'units/two'], plain);
  assert.equal(code, 0, stdout);
  assert.match(stdout, /\n1 passed, 0 failed, 0 skipped\n$/);
});

test('a run without a test, a file that can’t be loaded and a program that can’t be built are failures', async t => {
  const clone = scratchClone(t, {
    ...program,
    'src/cli/main.ts': "import '#cli/nowhere';\n",
    'src/units/broken.test.ts': "throw new Error('at load');\n",
  });
  const nothing = await runIn(clone, process.execPath, ['tools/test.mjs', 'unit', 'no-such-file'], plain);
  assert.equal(nothing.code, 1);
  assert.match(nothing.stdout, /No file of the unit tests matches/);
  assert.match(nothing.stdout, /\n0 passed, 2 failed, 0 skipped\n$/);
  const broken = await runIn(clone, process.execPath, ['tools/test.mjs', 'unit', 'broken'], plain);
  assert.equal(broken.code, 1);
  assert.match(broken.stdout, /✖ src\/units\/broken\.test\.ts\n[\s\S]*at load/);
  assert.match(broken.stdout, /\nbuild .* failed\n/);
});
