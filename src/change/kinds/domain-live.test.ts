import assert from 'node:assert/strict';
import test from 'node:test';
import { invert } from '#change/change';
import { type LiveHost, liveHostOf } from '#change/domain/live-host';
import { domainLiveKind, liveHalf } from '#change/kinds/domain-live';
import { editDomain } from '#change/kinds/domain-xml';
import type { Observed } from '#change/observed';

const running = (more = '', devices = '', machine = 'pc-i440fx-7.2'): string => `<domain type='kvm' id='3'>
  <name>web01</name>
  <memory unit='KiB'>4194304</memory>
  <currentMemory unit='KiB'>4194304</currentMemory>
  <vcpu placement='static' current='2'>4</vcpu>
  ${more}
  <os><type arch='x86_64' machine='${machine}'>hvm</type></os>
  <devices>
    <disk type='file' device='disk'><target dev='vda' bus='virtio'/><alias name='virtio-disk0'/></disk>
    <memballoon model='virtio'><alias name='balloon0'/></memballoon>
    ${devices}
  </devices>
</domain>`;

const host: LiveHost = { cpus: '0-7', controllers: new Set(['cpu', 'cpuset', 'memory']) };

const seen = (xml: string | undefined): Observed => ({
  file: path =>
    path === '/sys/devices/system/cpu/online'
      ? '0-7\n'
      : path === '/sys/fs/cgroup/cgroup.controllers'
        ? 'cpuset cpu memory\n'
        : undefined,
  folder: () => undefined,
  stamp: () => undefined,
  imageUse: () => ({ users: [], writers: [], overlays: [] }),
  unit: () => assert.fail('no unit'),
  guest: () => xml,
});

/** The calls of the running half of an edit, or why there are none. */
function callsOf(
  xml: string | undefined,
  ...parts: readonly (readonly [string, string | undefined, string | undefined])[]
): unknown {
  const change = editDomain(
    'web01',
    parts.map(([path, content]) => ({ path, content })),
    parts.map(([path, , content]) => ({ path, content })),
  );
  const half = liveHalf(change, xml, host);
  if (half.is !== 'live') return half;
  assert.equal(domainLiveKind.fault(half.change), undefined);
  return domainLiveKind.steps(half.change, seen(xml)).map(step => (step.do === 'live-call' ? step.call : step));
}

test('a guest that is off has no running half; one that is so already needs no call', () => {
  assert.deepEqual(callsOf(undefined, ['iothreads', undefined, '1']), { is: 'off' });
  assert.deepEqual(callsOf(running('<iothreads>1</iothreads>'), ['iothreads', undefined, '1']), { is: 'already' });
});

test('threads are added before they are bound, limits that hang together are set together', () => {
  assert.deepEqual(
    callsOf(
      running('<memtune><hard_limit unit="KiB">5000000</hard_limit></memtune>'),
      ["cputune/iothreadpin[@iothread='1']/@cpuset", undefined, '3'],
      ['iothreads', undefined, '1'],
      ['memtune/hard_limit', '5000000', '6000000'],
      ['memtune/swap_hard_limit', undefined, '7000000'],
    ),
    [
      { call: 'add-iothread', iothread: 1 },
      { call: 'pin-iothread', iothread: 1, cpus: '3' },
      { call: 'set-memory-limits', limits: { hard_limit: 6_000_000, swap_hard_limit: 7_000_000 } },
    ],
  );
});

test('what is taken away from a running guest is what it would be without', () => {
  assert.deepEqual(
    callsOf(running("<cputune><vcpupin vcpu='0' cpuset='3'/></cputune>"), [
      "cputune/vcpupin[@vcpu='0']",
      "<vcpupin vcpu='0' cpuset='3'/>",
      undefined,
    ]),
    [{ call: 'pin-vcpu', vcpu: 0, cpus: '0-7' }],
  );
  const change = editDomain(
    'web01',
    [{ path: 'cputune/emulatorpin/@cpuset', content: undefined }],
    [{ path: 'cputune/emulatorpin/@cpuset', content: '2' }],
  );
  const half = liveHalf(change, running(), host);
  assert.ok(half.is === 'live');
  const back = invert(half.change);
  assert.deepEqual(domainLiveKind.steps(back, seen(running("<cputune><emulatorpin cpuset='2'/></cputune>"))), [
    { do: 'live-call', guest: 'web01', call: { call: 'pin-emulator', cpus: '0-7' } },
  ]);
  // libvirt keeps the element: bound to all is not bound
  const bound = seen(running("<cputune><emulatorpin cpuset='0-7'/></cputune>"));
  assert.ok(domainLiveKind.isSame(domainLiveKind.state(back, bound), back.after));
});

test('all of an edit is made live, or nothing', () => {
  const half = callsOf(
    running(),
    ['iothreads', undefined, '1'],
    ["devices/disk[target/@dev='vda']/driver/@iothread", undefined, '1'],
  );
  assert.deepEqual(half, {
    is: 'later',
    why: "libvirt cannot change devices/disk[target/@dev='vda']/driver/@iothread while the guest runs",
  });
});

test('what the running guest has no room for waits: no such vCPU, no memory, no port, no balloon', () => {
  const later = (half: unknown): boolean =>
    typeof half === 'object' && half !== null && 'is' in half && half.is === 'later';
  assert.ok(later(callsOf(running(), ["cputune/vcpupin[@vcpu='9']/@cpuset", undefined, '1'])));
  assert.ok(later(callsOf(running(), ['currentMemory', '4194304', '8388608'])));
  assert.ok(
    later(callsOf(running().replace("model='virtio'", "model='none'"), ['currentMemory', '4194304', '2097152'])),
  );
  const rng = "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>";
  const pcie =
    "<controller type='pci' index='0' model='pcie-root'/><controller type='pci' index='1' model='pcie-root-port'/>";
  assert.deepEqual(callsOf(running(), ['devices/rng', undefined, rng]), [{ call: 'attach-device', xml: rng }]);
  assert.deepEqual(callsOf(running('', pcie), ['devices/rng', undefined, rng]), [{ call: 'attach-device', xml: rng }]);
  const taken = `${pcie}<controller type='usb' index='0'><address type='pci' bus='0x01'/></controller>`;
  assert.ok(later(callsOf(running('', taken), ['devices/rng', undefined, rng])));
  assert.ok(later(callsOf(running('', pcie), ['devices/watchdog', undefined, "<watchdog model='i6300esb'/>"])));
  assert.ok(later(callsOf(running('', pcie), ['devices/tpm', undefined, "<tpm model='tpm-crb'/>"])));
});

test('a device goes as it stands in the running guest', () => {
  const rng = "<rng model='virtio'><alias name='rng0'/></rng>";
  assert.deepEqual(callsOf(running('', rng), ['devices/rng', rng, undefined]), [{ call: 'detach-device', xml: rng }]);
});

test('controllers of cgroups are those of either version', () => {
  const files: Readonly<Record<string, string>> = {
    '/proc/cgroups': '#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t3\t1\t1\nmemory\t0\t1\t1\nblkio\t4\t1\t0\n',
  };
  assert.deepEqual([...liveHostOf(path => files[path]).controllers], ['cpu']);
});
