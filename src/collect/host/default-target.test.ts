import assert from 'node:assert/strict';
import test from 'node:test';
import { defaultTarget } from '#collect/host/default-target';
import { valueIfKnown } from '#model/known';
import { sourcesOf } from '../../../test/sources-of.js';

test('the link in the strongest folder names the target', () => {
  const own = '/etc/systemd/system/default.target';
  const vendor = { '/usr/lib/systemd/system/default.target': { link: 'graphical.target' } };
  const of = (files: Parameters<typeof sourcesOf>[0]) => defaultTarget.read(sourcesOf(files));
  assert.equal(valueIfKnown(of(vendor)), 'graphical.target');
  assert.equal(
    valueIfKnown(of({ ...vendor, [own]: { link: '/usr/lib/systemd/system/multi-user.target' } })),
    'multi-user.target',
  );
  assert.equal(valueIfKnown(of({ [own]: { link: '/lib/systemd/system/runlevel5.target' } })), 'graphical.target');
  assert.equal(of({}).state, 'absent');
  assert.equal(defaultTarget.read(sourcesOf({}, { missing: 'not-captured' })).state, 'unknown');
});
