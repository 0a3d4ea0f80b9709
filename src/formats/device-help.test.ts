import assert from 'node:assert/strict';
import test from 'node:test';
import { parseDeviceArgument, parseDeviceHelp } from '#formats/device-help';

test('the options of a device, as QEMU 7.2 prints them', () => {
  const text =
    'virtio-blk-pci options:\n  addr=<int32>           - Slot (default: -1)\n  num-queues=<uint16>    -  (default: 65535)\n';
  assert.deepEqual(parseDeviceHelp(text), ['addr', 'num-queues']);
  assert.deepEqual(parseDeviceHelp(''), []);
});

test('a device argument, plain, with a doubled comma, and as JSON', () => {
  assert.deepEqual(parseDeviceArgument('virtio-blk-pci,id=a,drive=d,,1,mq=on'), {
    device: 'virtio-blk-pci',
    options: ['drive', 'mq'],
  });
  assert.deepEqual(parseDeviceArgument('{"driver":"virtio-net-pci","id":"n","mq":true}'), {
    device: 'virtio-net-pci',
    options: ['mq'],
  });
  for (const nonsense of ['', '-x', '{', '{}', '{"driver":7}', 'a b'])
    assert.equal(parseDeviceArgument(nonsense), undefined);
});
