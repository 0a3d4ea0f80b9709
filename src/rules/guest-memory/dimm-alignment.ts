import { editPlaces, type PlaceEdit } from '#change/recipes/edit-places';
import { memoryAtStart, memoryEdits } from '#change/recipes/memory-edits';
import { defineRule } from '#check/define-rule';
import { bad, good, type Part } from '#check/verdict';
import { known, orAbsent } from '#model/known';
import { type Bytes, mib, printBytes } from '#units/bytes';

const device = (model: string, target: string): string =>
  `<maxMemory slots='16' unit='GiB'>20</maxMemory><cpu mode='host-model'><numa><cell id='0' cpus='0-1' memory='4' unit='GiB'/></numa></cpu><devices><memory model='${model}'><target>${target}<node>0</node></target></memory></devices>`;

export default defineRule({
  id: 'guest-memory/dimm-alignment',
  subject: 'guest',
  guide: ['4.1.5'],
  severity: 'warning',
  says: 'Memory devices have sizes that the guest can use whole.',
  because:
    'Linux on x86 brings memory online in blocks of 128 MiB: what is left over stays unused; libvirt rounds sizes that QEMU would refuse, so the stored and the running definition differ.',
  sources: [
    { grade: 'documented', at: 'linux: admin-guide/mm/memory-hotplug.rst, block_size_bytes' },
    {
      grade: 'documented',
      at: 'libvirt: formatdomain, memory devices: virtio-mem requested and size are multiples of block',
    },
    {
      grade: 'measured',
      at: 'libvirt 9.0: a DIMM of 524287 KiB is stored as it is and reported as 524288 when attached',
    },
  ],
  when: { guestType: ['kvm', 'qemu'], guestArchitecture: 'x86' },
  intents: {},
  params: {
    blockMib: {
      default: 128,
      unit: 'MiB',
      why: "the memory block of Linux on x86 below 64 GiB; the guest's block_size_bytes decides",
    },
  },
  costs: [],
  departs: [
    {
      guideSays: "The sample plugs in <size unit='KiB'>524287</size>.",
      truth: 'It is off by one: libvirt rounds it to 524288.',
      source: 'measured with libvirt 9.0',
      errata: ['X18'],
      guideCannot: 'no guest gets a device of 524287 KiB: libvirt rounds it up when it is attached',
    },
  ],
  needs: {
    devices: ({ guest }) => guest.config.memoryDevices,
    memory: ({ guest }) => guest.config.memory,
    current: ({ guest }) => guest.config.currentMemory,
    cpu: ({ guest }) => orAbsent(guest.config.cpu),
    name: ({ guest }) => known(guest.name),
  },
  check({ devices, memory, current, cpu, name }, { params }) {
    const block = mib(params.blockMib);
    const uneven = devices.flatMap((one, at) => {
      const border =
        one.model === 'virtio-mem'
          ? one.block
          : one.model === 'dimm'
            ? block
            : one.model === 'nvdimm'
              ? mib(2)
              : undefined;
      if (border === undefined || border === 0) return [];
      const wrong =
        one.size % border !== 0
          ? one.size
          : one.model === 'virtio-mem' && (one.requested ?? 0) % border !== 0
            ? one.requested
            : undefined;
      return wrong === undefined ? [] : [{ one, at, border, wrong }];
    });
    if (uneven.length === 0) return good;
    const up = (size: Bytes, border: Bytes): number => Math.ceil(size / border) * border;
    const grown = uneven
      .filter(({ one, wrong }) => wrong === one.size && one.model !== 'nvdimm')
      .reduce((sum, { wrong, border }) => sum + up(wrong, border) - wrong, 0);
    const parts: readonly Part[] = uneven.map(({ one, at, border, wrong }) => ({
      key: `memory[${at + 1}]`,
      saw: `${one.model} of ${wrong / 1024} KiB is no multiple of ${printBytes(border)}`,
      evidence: [one.at],
    }));
    return bad(
      `${uneven.length === 1 ? 'a memory device has' : `${uneven.length} memory devices have`} a size that does not fit its blocks`,
      {
        wants: uneven.map(({ wrong, border }) => `${up(wrong, border) / 1024} KiB`).join(', '),
        parts,
        evidence: uneven.map(({ one }) => one.at),
        fix: [
          editPlaces(name, [
            ...uneven.map(
              ({ one, at, border, wrong }): PlaceEdit => [
                `devices/memory[${at + 1}]/target/${wrong === one.size ? 'size' : 'requested'}`,
                String(wrong / 1024),
                String(up(wrong, border) / 1024),
              ],
            ),
            // libvirt counts the devices into the memory
            ...memoryEdits({ memory, current }, memoryAtStart(memory, cpu?.cells ?? [], devices) + grown),
          ]),
        ],
      },
    );
  },
  examples: [
    {
      name: "the guide's 524287 KiB",
      guest: device('dimm', "<size unit='KiB'>524287</size>"),
      expect: 'bad',
      fixes: ['domain-xml'],
    },
    { name: '524288 KiB', guest: device('dimm', "<size unit='KiB'>524288</size>"), expect: 'good' },
    {
      name: '100 MiB, which Linux cannot bring online',
      guest: device('dimm', "<size unit='MiB'>100</size>"),
      expect: 'bad',
    },
    {
      name: 'an NVDIMM is no memory of the guest',
      guest: device('nvdimm', "<size unit='MiB'>100</size>"),
      expect: 'good',
    },
    {
      name: 'virtio-mem asked for half a block',
      guest: device(
        'virtio-mem',
        "<size unit='MiB'>512</size><block unit='MiB'>2</block><requested unit='MiB'>3</requested>",
      ),
      expect: 'bad',
    },
    { name: 'no memory devices', expect: 'not-applicable' },
    { name: 'a size that is none', guest: device('dimm', "<size unit='KiB'>x</size>"), expect: 'unknown' },
  ],
});
