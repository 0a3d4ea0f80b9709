import { add, argumentsOf, cpu, intent, type Planted, put, set, vcpus } from './planted.js';

const nic = (inside: string, address: string, model = 'virtio') =>
  put(
    '/devices/interface',
    `<interface type='network'><mac address='52:54:00:88:${address}'/><source network='default'/><model type='${model}'/>${inside}</interface>`,
  );
const emulator = (path: string) => put('/devices/emulator', `<emulator>${path}</emulator>`);
const mac = (address: string) => set('/devices/interface/mac', 'address', address);

/** Faults of network interfaces, of how the guest is defined, and of what keeps it on its host. */
export const theRest: readonly Planted[] = [
  {
    rule: 'migration/cpu-baseline',
    fault: 'each host gives it more than the model',
    severity: 'warning',
    both: [intent('migratable')],
    fail: [cpu("<cpu mode='custom' match='minimum' check='partial'><model fallback='forbid'>kvm64</model></cpu>")],
    pass: [cpu("<cpu mode='custom' match='exact' check='partial'><model fallback='forbid'>kvm64</model></cpu>")],
    mayBeside: ['guest-cpu/model-not-default', 'guest-cpu/model-usable', 'guest-cpu/security-features'],
  },
  {
    rule: 'migration/numa-compatible',
    fault: 'bound to node 0',
    severity: 'info',
    both: [intent('migratable')],
    fail: [...add("<numatune><memory mode='strict' nodeset='0'/></numatune>")],
    pass: [...add("<numatune><memory mode='preferred' nodeset='0'/></numatune>")],
    mayBeside: ['numa/strict-capacity'],
  },
  {
    rule: 'guest-net/mac-unique',
    fault: 'one address in two guests',
    severity: 'error',
    autostart: true,
    fail: [mac('52:54:00:99:00:01')],
    others: [[mac('52:54:00:99:00:01')], []],
  },
  {
    rule: 'guest-net/multiqueue',
    fault: 'one queue for 16 vCPUs',
    severity: 'hint',
    both: [intent('database'), vcpus(16)],
    fail: [],
    pass: [nic("<driver name='vhost' queues='8'/>", '00:01')],
  },
  {
    rule: 'guest-net/vhost',
    fault: 'packets go through QEMU',
    severity: 'warning',
    fail: [nic("<driver name='qemu'/>", '00:02')],
    pass: [nic("<driver name='vhost'/>", '00:03')],
  },
  {
    rule: 'guest-net/virtio-model',
    fault: 'e1000',
    severity: 'warning',
    fail: [nic('', '00:04', 'e1000')],
  },
  {
    rule: 'libvirt-hygiene/emulator-kvm-x86-64',
    fault: 'qemu-system-i386',
    severity: 'warning',
    fail: [emulator('/usr/bin/qemu-system-i386')],
    refused: { code: 67, says: /Emulator '\/usr\/bin\/qemu-system-i386' does not support arch 'x86_64'/ },
  },
  {
    rule: 'libvirt-hygiene/kvm-acceleration',
    fault: 'type qemu where KVM is',
    severity: 'error',
    fail: [{ do: 'set-attribute', at: '/domain', name: 'type', value: 'qemu' }, cpu("<cpu mode='maximum'/>")],
  },
  {
    rule: 'libvirt-hygiene/native-argv-current',
    fault: '-realtime mlock=off, which QEMU has no more',
    severity: 'error',
    fail: [...argumentsOf('-realtime', 'mlock=off')],
    pass: [...argumentsOf('-usbdevice', 'tablet')],
  },
  {
    rule: 'libvirt-hygiene/no-qemu-commandline',
    fault: 'a random number generator handed to QEMU',
    severity: 'warning',
    fail: [...argumentsOf('-device', 'virtio-rng-pci')],
  },
  {
    rule: 'migration/host-passthrough',
    fault: 'the host’s CPU as it is, in a guest that is to migrate',
    severity: 'error',
    both: [intent('migratable')],
    fail: [cpu("<cpu mode='host-passthrough' check='none' migratable='off'/>")],
  },
  {
    rule: 'migration/pinning-complicates',
    fault: 'bound to CPUs, and to migrate',
    severity: 'info',
    both: [intent('migratable')],
    fail: [put('/vcpu', "<vcpu placement='static' cpuset='4-7'>2</vcpu>")],
    beside: ['numa/guest-fits-one-node'],
  },
  {
    rule: 'host-storage/multipath-alias',
    fault: 'a multipath device named by its WWID, in a guest that is to migrate',
    severity: 'hint',
    host: {
      '/sys/block/dm-0/dev': '254:0',
      '/sys/block/dm-0/size': '209715200',
      '/sys/block/dm-0/dm/name': '3600508b400105e210000900000490000',
      '/sys/block/dm-0/dm/uuid': 'mpath-3600508b400105e210000900000490000',
      '/sys/block/dm-1/dev': '254:1',
      '/sys/block/dm-1/size': '209715200',
      '/sys/block/dm-1/dm/name': 'storage1',
      '/sys/block/dm-1/dm/uuid': 'mpath-3600508b400105e210000900000490001',
    },
    both: [intent('migratable')],
    fail: [multipath('3600508b400105e210000900000490000')],
    pass: [multipath('storage1')],
  },
  {
    rule: 'xen/emulator-i386',
    fault: 'a Xen guest with the x86_64 emulator',
    severity: 'hint',
    both: [{ do: 'set-attribute', at: '/domain', name: 'type', value: 'xen' }],
    fail: [],
    pass: [emulator('/usr/lib/xen/bin/qemu-system-i386')],
    refused: { code: 67, says: /does not support virt type 'xen'/ },
    passRefused: { code: 38, says: /Cannot check QEMU binary \/usr\/lib\/xen\/bin\/qemu-system-i386/ },
  },
];

function multipath(name: string) {
  return put(
    '/devices/disk',
    `<disk type='block' device='disk'><driver name='qemu' type='raw' cache='none' io='native'/><source dev='/dev/mapper/${name}'/><target dev='vda' bus='virtio'/></disk>`,
  );
}
