import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { localTarget } from '#apply/local-target';
import { hashOfId, maskMachineId } from '#formats/secrets/mask-machine-id';

test('a tree that was made of a bundle, which holds a hash of the machine id, is the same machine', () => {
  const root = mkdtempSync(join(tmpdir(), 'nearmetal-target-'));
  try {
    mkdirSync(join(root, 'etc'));
    const id = '0123456789abcdef0123456789abcdef';
    const named = (text: string): string | undefined => {
      writeFileSync(join(root, 'etc/machine-id'), text);
      return localTarget(root, { unit: () => assert.fail(), libvirt: undefined }).identity.id;
    };
    assert.equal(named(`${id}\n`), hashOfId(id));
    assert.equal(named(maskMachineId(`${id}\n`)), hashOfId(id));
    assert.equal(named('uninitialized\n'), undefined);
    assert.equal(named(`hashed to ${id}\n`), undefined);
  } finally {
    rmSync(root, { recursive: true });
  }
});
