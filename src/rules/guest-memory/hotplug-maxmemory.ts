import { editPlaces } from '#change/recipes/edit-places';
import { defineRule } from '#check/define-rule';
import { bad, good } from '#check/verdict';
import { allKnown, known, mapKnown, orAbsent } from '#model/known';
import { printBytes } from '#units/bytes';

const cell = "<cpu mode='host-model'><numa><cell id='0' cpus='0-1' memory='1' unit='GiB'/></numa></cpu>";
const dimm = "<memory model='dimm'><target><size unit='MiB'>512</size><node>0</node></target></memory>";
const guest = (max: string, devices = ''): string =>
  `<memory unit='MiB'>${devices === '' ? 1024 : 1536}</memory>${max}${cell}<devices>${devices}</devices>`;

export default defineRule({
  id: 'guest-memory/hotplug-maxmemory',
  subject: 'guest',
  guide: ['4.1.5'],
  severity: 'warning',
  says: 'A guest that memory is plugged into has room and slots for it.',
  because:
    'Memory can be plugged in up to maxMemory and into its slots only, and both can be changed only while the guest is off.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.5' },
    {
      grade: 'documented',
      at: 'libvirt: formatdomain, maxMemory; virtio-mem since libvirt 7.9 needs no slot for each resize',
    },
    { grade: 'measured', at: "libvirt 9.0: cannot use/hotplug a memory device when domain 'maxMemory' is not defined" },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  scope: {
    says: 'guests with maxMemory or with memory devices',
    holds: ({ guest: { config } }) =>
      mapKnown(
        allKnown({ max: orAbsent(config.maxMemory), devices: orAbsent(config.memoryDevices) }),
        ({ max, devices = [] }) => max !== undefined || devices.length > 0,
      ),
  },
  intents: {},
  params: {},
  costs: ['A larger ceiling costs the guest some memory for page structures.'],
  needs: {
    memory: ({ guest: { config } }) => config.memory,
    max: ({ guest: { config } }) => orAbsent(config.maxMemory),
    devices: ({ guest: { config } }) => orAbsent(config.memoryDevices),
    name: ({ guest }) => known(guest.name),
  },
  check({ memory, max, devices = [], name }) {
    const slotted = devices.filter(device => device.model === 'dimm' || device.model === 'nvdimm').length;
    if (max === undefined) {
      return bad(`it has ${devices.length} memory ${devices.length === 1 ? 'device' : 'devices'} and no maxMemory`, {
        severity: 'error',
        wants: `maxMemory of at least ${printBytes(memory)} with slots`,
        so: 'libvirt refuses the definition',
        fix: [
          editPlaces(name, [
            [
              'maxMemory',
              undefined,
              `<maxMemory slots='${Math.max(16, slotted)}' unit='KiB'>${memory / 1024}</maxMemory>`,
            ],
          ]),
        ],
      });
    }
    if (max.size < memory) {
      return bad(`maxMemory of ${printBytes(max.size)} is below memory of ${printBytes(memory)}`, {
        severity: 'error',
        wants: `maxMemory of at least ${printBytes(memory)}`,
        so: 'libvirt refuses the definition',
        fix: [editPlaces(name, [['maxMemory', String(max.size / 1024), String(memory / 1024)]])],
      });
    }
    if (max.slots !== undefined && max.slots < slotted) {
      return bad(`${slotted} memory devices share ${max.slots} slots`, {
        severity: 'error',
        wants: `at least ${slotted} slots`,
        fix: [editPlaces(name, [['maxMemory/@slots', String(max.slots), String(slotted)]])],
      });
    }
    // without slots nothing but virtio-mem can be plugged in, and that grows by itself
    if ((max.slots === undefined || max.slots === 0) && !devices.some(device => device.model === 'virtio-mem')) {
      return bad('maxMemory has no slots, so nothing can be plugged in', {
        wants: 'slots, 16 for instance',
        fix: [editPlaces(name, [['maxMemory/@slots', max.slots?.toString(), '16']])],
      });
    }
    return good;
  },
  examples: [
    {
      name: 'maxMemory without slots',
      guest: guest("<maxMemory unit='GiB'>20</maxMemory>"),
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'a dimm and no maxMemory', guest: guest('', dimm), expect: 'bad', severity: 'error' },
    {
      name: 'maxMemory below memory',
      guest: guest("<maxMemory slots='4' unit='MiB'>512</maxMemory>"),
      expect: 'bad',
      severity: 'error',
    },
    {
      name: 'more devices than slots',
      guest: guest("<maxMemory slots='1' unit='GiB'>20</maxMemory>", dimm + dimm),
      expect: 'bad',
      severity: 'error',
    },
    { name: '20 GiB and 16 slots', guest: guest("<maxMemory slots='16' unit='GiB'>20</maxMemory>"), expect: 'good' },
    { name: 'fully populated', guest: guest("<maxMemory slots='1' unit='MiB'>1536</maxMemory>", dimm), expect: 'good' },
    { name: 'no hotplug', expect: 'not-applicable' },
    {
      name: 'a size that is none',
      guest: guest("<maxMemory slots='16' unit='parsec'>20</maxMemory>"),
      expect: 'unknown',
    },
  ],
});
