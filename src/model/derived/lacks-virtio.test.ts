import assert from 'node:assert/strict';
import test from 'node:test';
import { lacksVirtio } from '#model/derived/lacks-virtio';

test('a system without drivers for virtio is known by its libosinfo id', () => {
  for (const id of [
    'openbsd.org/openbsd/4.9',
    'freebsd.org/freebsd/8.4',
    'redhat.com/rhel/5.2',
    'debian.org/debian/4',
    'ubuntu.com/ubuntu/7.10',
    'microsoft.com/win/98',
    'microsoft.com/win/2k',
    'microsoft.com/winnt/4.0',
  ])
    assert.equal(lacksVirtio(`http://${id}`), true, id);
  for (const id of [
    'openbsd.org/openbsd/5.3',
    'openbsd.org/openbsd/7.4',
    'freebsd.org/freebsd/13.2',
    'redhat.com/rhel/5.4',
    'redhat.com/rhel/5.10',
    'redhat.com/rhel/9.2',
    'fedoraproject.org/fedora/unknown',
    'fedoraproject.org/fedora/39',
    'debian.org/debian/12',
    'ubuntu.com/ubuntu/22.04',
    'microsoft.com/win/2k22',
    'microsoft.com/win/xp',
    'suse.com/sle/15.5',
  ])
    assert.equal(lacksVirtio(`http://${id}`), false, id);
});
