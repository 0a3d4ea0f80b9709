import assert from 'node:assert/strict';
import test from 'node:test';
import { lacksVirtioGpu } from '#model/derived/lacks-virtio-gpu';
import { lacksVirtioRng } from '#model/derived/lacks-virtio-rng';
import { isOlderThan } from '#model/derived/older-than';

test('versions are compared as numbers, and what has none is new', () => {
  const first = [['x.org/x/', '9.10']] as const;
  for (const id of ['9.9', '9', '8.12']) assert.equal(isOlderThan(`http://x.org/x/${id}`, first), true, id);
  for (const id of ['9.10', '10', 'unknown', 'rawhide'])
    assert.equal(isOlderThan(`http://x.org/x/${id}`, first), false, id);
  assert.equal(isOlderThan('http://y.org/x/1', first), false);
});

test('systems without a driver for a random number generator, or for a graphics card', () => {
  const drivers = [
    ['redhat.com/rhel/5.4', false, false],
    ['redhat.com/rhel/6.9', true, false],
    ['redhat.com/rhel/7.9', true, true],
    ['suse.com/sle/12.1', true, false],
    ['suse.com/sle/15.5', true, true],
    ['fedoraproject.org/fedora/17', true, false],
    ['fedoraproject.org/fedora/unknown', true, true],
    ['debian.org/debian/4', false, false],
    ['microsoft.com/win/2k22', true, true],
  ] as const;
  for (const [id, rng, gpu] of drivers)
    assert.deepEqual([!lacksVirtioRng(`http://${id}`), !lacksVirtioGpu(`http://${id}`)], [rng, gpu], id);
});
