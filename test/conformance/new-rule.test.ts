import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { runIn, scratchClone } from '../scratch-clone.js';

test('new-rule writes a rule with the id, the sections and the subject asked for, and no example yet', async t => {
  const clone = scratchClone(t, {});
  const args = [
    'tools/new-rule.mjs',
    'host-memory/ksm-off',
    '--guide',
    '4.1.4',
    '--guide',
    '4.2',
    '--subject',
    'guest',
  ];
  assert.equal((await runIn(clone, process.execPath, args)).code, 0);
  const text = readFileSync(join(clone, 'src/rules/host-memory/ksm-off.ts'), 'utf8');
  assert.match(text, /id: 'host-memory\/ksm-off',\n {2}subject: 'guest',\n {2}guide: \['4\.1\.4', '4\.2'\],/);
  assert.match(text, /examples: \[\]/);
  const again = await runIn(clone, process.execPath, args);
  assert.equal(again.code, 64);
  assert.match(again.stderr, /is there already/);
});

test('new-rule asks for a reason where the guide has no section, and refuses names that are none', async t => {
  const clone = scratchClone(t, {});
  assert.equal((await runIn(clone, process.execPath, ['tools/new-rule.mjs', 'host-io/discard'])).code, 0);
  assert.match(readFileSync(join(clone, 'src/rules/host-io/discard.ts'), 'utf8'), /guide: \[\],\n {2}beyond: '/);
  for (const id of ['discard', 'Host/discard', 'host/../discard', 'host/a_b', '']) {
    assert.equal((await runIn(clone, process.execPath, ['tools/new-rule.mjs', id])).code, 64, id);
  }
});
