import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { guestOverhead } from '#model/derived/guest-overhead';
import { hasVfioDevice } from '#model/derived/pinned-memory';
import { known, orAbsent } from '#model/known';
import { bytes, gib, printBytes } from '#units/bytes';

const limited = (memtune: string, more = ''): string =>
  `<memory unit='GiB'>4</memory><memtune>${memtune}</memtune>${more}`;

export default defineRule({
  id: 'guest-memory/no-hard-limit',
  subject: 'guest',
  guide: ['4.2.1'],
  severity: 'warning',
  says: 'No hard limit is set on the memory of the QEMU process.',
  because:
    "QEMU's own needs beside the guest's memory cannot be told in advance: when the guess is too low the kernel kills the guest.",
  sources: [
    {
      grade: 'documented',
      at: 'SUSE Virtualization Best Practices, 4.2.1: it is strongly recommended not to use this parameter',
    },
    { grade: 'documented', at: 'libvirt: formatdomain, memtune/hard_limit' },
    {
      grade: 'measured',
      at: 'libvirt 9.0: "memory hard_limit tunable value must be lower than or equal to swap_hard_limit"',
    },
  ],
  when: { guestType: ['kvm', 'qemu'], instance: 'system' },
  intents: {},
  params: {
    slackGib: { default: 1, unit: 'GiB', why: 'what a limit leaves above memory and overhead when there must be one' },
  },
  costs: [],
  departs: [
    {
      guideSays: 'Do not use hard_limit; its sample sets one of 1 GiB.',
      truth:
        'Right for most guests, but the sample contradicts it. Locked memory wants a limit, and a passed-through device may. Where swap_hard_limit stands, libvirt refuses to lift hard_limit alone: both go in one call.',
      source: 'libvirt: formatdomain, memoryBacking/locked and memtune; measured with libvirt 9.0',
      errata: ['X68'],
      guideCannot: 'guests whose memory is locked or pinned cannot do without: they stay exempt',
    },
  ],
  needs: {
    memtune: ({ guest }) => orAbsent(guest.config.memtune),
    memory: ({ guest }) => guest.config.memory,
    overhead: ({ guest }) => guestOverhead(guest.config),
    backing: ({ guest }) => orAbsent(guest.config.memoryBacking),
    vfio: ({ guest }) => hasVfioDevice(guest.config),
    name: ({ guest }) => known(guest.name),
  },
  check({ memtune, memory, overhead, backing, vfio, name }, { params }) {
    const limit = memtune?.hardLimit;
    if (limit === undefined) return good;
    const least = bytes(memory + overhead + gib(params.slackGib));
    if (backing?.locked === true) return notApplicable('locked memory wants a limit: guest-memory/locked judges it');
    if (vfio) {
      if (limit >= least) return good;
      return bad(`its hard limit of ${printBytes(limit)} is close to what a passed-through device needs locked`, {
        wants: `at least ${printBytes(least)}, or none: libvirt then computes it`,
        otherwise: `virsh memtune ${name} --hard-limit ${least / 1024} --config`,
      });
    }
    const swap = memtune?.swapHardLimit;
    const paths = ['memtune/hard_limit', ...(swap === undefined ? [] : ['memtune/swap_hard_limit'])];
    const contents = [limit, ...(swap === undefined ? [] : [swap])];
    return bad(`the kernel kills it when QEMU takes more than ${printBytes(limit)}`, {
      wants: `no hard limit${limit < least ? `; memory and overhead alone are ${printBytes(bytes(memory + overhead))}` : ''}`,
      // libvirt takes the hard limit away only together with the swap limit that must not be below it
      fix: [
        editDomain(
          name,
          paths.map((path, at) => ({ path, content: String((contents[at] ?? 0) / 1024) })),
          paths.map(path => ({ path, content: undefined })),
        ),
      ],
    });
  },
  examples: [
    {
      name: 'memory 4 GiB, hard limit 4 GiB',
      guest: limited("<hard_limit unit='GiB'>4</hard_limit>"),
      expect: 'bad',
      fixes: ['domain-xml'],
    },
    {
      name: "the guide's sample",
      guest: limited(
        "<hard_limit unit='G'>1</hard_limit><soft_limit unit='M'>128</soft_limit><swap_hard_limit unit='G'>2</swap_hard_limit>",
      ),
      expect: 'bad',
    },
    { name: 'none', expect: 'good' },
    {
      name: 'unlimited is none',
      guest: limited("<hard_limit unit='KiB'>9007199254740991</hard_limit>"),
      expect: 'good',
    },
    {
      name: 'locked memory wants one',
      guest: limited("<hard_limit unit='GiB'>6</hard_limit>", '<memoryBacking><locked/></memoryBacking>'),
      expect: 'not-applicable',
    },
    {
      name: 'an unprivileged libvirt',
      guest: limited("<hard_limit unit='GiB'>4</hard_limit>"),
      libvirt: { uri: 'qemu:///session' },
      expect: 'not-applicable',
    },
    { name: 'a limit that is no number', guest: limited('<hard_limit>x</hard_limit>'), expect: 'unknown' },
  ],
});
