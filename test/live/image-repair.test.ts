import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { nearmetal, noRepair, repairAll, unpack } from '../image-operations/repair-images.js';

const some = ['leak.qcow2', 'dirty.qcow2', 'rt-zero.qcow2', 'l2-past-eof.qcow2', 'snapshots.qcow2', 'bad-magic.qcow2'];

test('damaged images are repaired, or refused with the reason, and come back', { skip: noRepair }, t => {
  t.diagnostic(JSON.stringify(repairAll('qcow2-broken', 'qcow2', name => some.includes(name))));
  t.diagnostic(JSON.stringify(repairAll('qed', 'qed')));
});

test('a QED that was not closed says so, in info and in check', { skip: noRepair }, () => {
  const home = mkdtempSync(join(tmpdir(), 'nearmetal-repair-'));
  try {
    mkdirSync(join(home, 'images'));
    unpack('qed', join(home, 'images'));
    for (const command of ['info', 'check']) {
      assert.match(nearmetal(home, 'image', command, 'dirty.qed').says, /marked:? +it was not closed properly/);
      assert.doesNotMatch(nearmetal(home, 'image', command, 'c4k-t2.qed').says, /marked/);
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
