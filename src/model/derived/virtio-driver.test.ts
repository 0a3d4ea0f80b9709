import assert from 'node:assert/strict';
import test from 'node:test';
import { drivesVirtioNetwork, hasDriverAtWork } from '#model/derived/virtio-driver';
import type { Guest } from '#model/guest';
import { known } from '#model/known';
import { sketchGuest } from '../../../test/sketches.js';

const named = (id: string): Guest => sketchGuest('g', { osId: known(`http://${id}`) });
const guest = sketchGuest('g');
const telling = (inside: Partial<Guest['inside']>): Guest => ({ ...guest, inside: { ...guest.inside, ...inside } });

test('a guest drives a virtio interface where its system brings the driver, or it says that it does', () => {
  for (const id of ['debian.org/debian/12', 'suse.com/sle/15.5', 'freebsd.org/freebsd/13.2'])
    assert.equal(drivesVirtioNetwork(named(id)), true, id);
  for (const id of [
    'microsoft.com/win/2k22',
    'debian.org/debian/4',
    'haiku-os.org/haiku/r1',
    'openbsd.org/openbsd/4.9',
  ])
    assert.equal(drivesVirtioNetwork(named(id)), false, id);
  assert.equal(drivesVirtioNetwork(guest), false, 'nobody tells');
  assert.equal(drivesVirtioNetwork(telling({ system: known('linux') })), true);
  const driver = { name: 'NetKVM', version: undefined, vendor: 0x1af4, device: 0x1000 };
  assert.equal(drivesVirtioNetwork(telling({ system: known('windows'), drivers: known([driver]) })), true);
});

test('a driver is at work where a device is bound to it', () => {
  const scsi = (driver: string | undefined): Guest =>
    telling({ virtioDevices: known([{ name: 'virtio0', type: 8, driver }]) });
  assert.equal(hasDriverAtWork(scsi('virtio_scsi'), 8), true);
  assert.equal(hasDriverAtWork(scsi(undefined), 8), false);
  assert.equal(hasDriverAtWork(scsi('virtio_scsi'), 1), false);
  // of another vendor
  const other = { name: 'e1000', version: undefined, vendor: 0x8086, device: 0x1041 };
  assert.equal(hasDriverAtWork(telling({ drivers: known([other]) }), 1), false);
});
