import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { exampleCommand } from '#cli/example-command';

const clone = mkdtempSync(join(tmpdir(), 'nearmetal-example-'));
after(() => rmSync(clone, { recursive: true }));
mkdirSync(join(clone, 'dist'));
writeFileSync(join(clone, 'dist/cli.cjs'), '');

test('without examples nothing is suggested', () => {
  assert.equal(exampleCommand({ launcher: join(clone, 'nearmetal'), program: undefined, folder: clone }), undefined);
  assert.equal(exampleCommand({ launcher: undefined, program: '/nowhere/cli.js', folder: '/' }), undefined);
});

test('an example of the clone or of the package is suggested, as it can be typed here', () => {
  mkdirSync(join(clone, 'examples/four-nodes'), { recursive: true });
  writeFileSync(join(clone, 'examples/README.md'), '');
  const program = join(clone, 'dist/cli.cjs');
  const launcher = join(clone, 'nearmetal');
  assert.equal(exampleCommand({ launcher, program, folder: clone }), './nearmetal check examples/four-nodes');
  assert.equal(
    exampleCommand({ launcher, program, folder: join(clone, 'dist') }),
    '../nearmetal check ../examples/four-nodes',
  );
  assert.equal(exampleCommand({ launcher: undefined, program, folder: clone }), 'nearmetal check examples/four-nodes');
});
