import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good } from '#check/verdict';
import { known, mapKnown, orAbsent } from '#model/known';
import { bytes, lessBytes, printBytes } from '#units/bytes';

export default defineRule({
  id: 'guest-memory/hugepages-vs-balloon',
  subject: 'guest',
  guide: ['4.1.1', '6.1.3'],
  severity: 'warning',
  says: 'A guest on huge pages boots with all its memory.',
  because:
    'The balloon gives 4 KiB pages back, and a huge page is freed only when all of it is ballooned: inflating it returns nothing usable.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.1: with huge pages you lose ballooning' },
    { grade: 'documented', at: 'QEMU: hw/virtio/virtio-balloon.c, warning on page sizes over 4 KiB (QEMU 4.0)' },
  ],
  intents: {},
  params: {},
  costs: ['The host can no longer take memory back from the guest.'],
  departs: [
    {
      guideSays: 'With huge pages ballooning is lost.',
      truth: 'Since QEMU 4.0 it is called unreliable: memory is freed when all 512 parts of a page are ballooned.',
      source: 'QEMU: hw/virtio/virtio-balloon.c',
      errata: ['X09'],
      guideSame: 'current memory below memory is a finding either way; the guide only gives another reason',
    },
  ],
  scope: {
    says: 'guests with huge pages',
    holds: ({ guest }) => {
      const { memoryBacking } = guest.config;
      return memoryBacking.state === 'absent'
        ? known(false)
        : mapKnown(memoryBacking, backing => backing.hugepages !== undefined);
    },
  },
  needs: {
    memory: ({ guest }) => guest.config.memory,
    currentMemory: ({ guest }) => guest.config.currentMemory,
    memoryDevices: ({ guest }) => orAbsent(guest.config.memoryDevices),
    name: ({ guest }) => known(guest.name),
  },
  check({ memory, currentMemory, memoryDevices = [], name }) {
    // the unplugged part of a virtio-mem device is missing from currentMemory without any balloon
    const unplugged = memoryDevices.reduce(
      (sum, device) => sum + lessBytes(device.size, device.requested ?? device.size),
      0,
    );
    if (currentMemory + unplugged >= memory) return good;
    const kibOf = (amount: number): string => String(amount / 1024);
    return bad(
      `its balloon holds ${printBytes(bytes(memory - unplugged - currentMemory))} that huge pages cannot give back`,
      {
        wants: `current memory equal to memory, ${printBytes(bytes(memory - unplugged))}`,
        fix: [
          editDomain(
            name,
            [{ path: 'currentMemory', content: kibOf(currentMemory) }],
            [{ path: 'currentMemory', content: kibOf(memory - unplugged) }],
          ),
        ],
      },
    );
  },
  examples: [
    {
      name: '16 GiB of which 1 GiB is current',
      guest:
        "<memory unit='GiB'>16</memory><currentMemory unit='GiB'>1</currentMemory><memoryBacking><hugepages/></memoryBacking>",
      expect: 'bad',
      fixes: ['domain-xml'],
    },
    {
      name: 'equal',
      guest:
        "<memory unit='GiB'>16</memory><currentMemory unit='GiB'>16</currentMemory><memoryBacking><hugepages/></memoryBacking>",
      expect: 'good',
    },
    { name: 'no huge pages', guest: "<currentMemory unit='GiB'>1</currentMemory>", expect: 'not-applicable' },
    {
      name: 'memory that is no number',
      guest: '<memory>much</memory><memoryBacking><hugepages/></memoryBacking>',
      expect: 'unknown',
    },
  ],
});
