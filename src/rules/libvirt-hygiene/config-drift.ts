import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { driftOf } from '#model/derived/config-drift';
import { known } from '#model/known';

const memory = (gib: number): string =>
  `<memory unit='GiB'>${gib}</memory><currentMemory unit='GiB'>${gib}</currentMemory>`;

export default defineRule({
  id: 'libvirt-hygiene/config-drift',
  subject: 'guest',
  guide: ['3.1'],
  severity: 'info',
  says: 'The guest runs as it is defined.',
  because:
    'What was changed while it runs is gone at its next start, and what was changed in its definition does nothing until then.',
  sources: [
    {
      grade: 'documented',
      at: 'SUSE Virtualization Best Practices, 3.1: changes outside libvirt may not be recognized',
    },
    { grade: 'documented', at: 'libvirt: virsh(1), dumpxml --inactive; --live, --config' },
  ],
  intents: {},
  params: {},
  costs: ['A restart of the guest from off, where the definition is what is wanted.'],
  departs: [
    {
      guideSays: 'Changes made outside libvirt may not be recognized.',
      truth:
        'The definition on disk (/etc/libvirt/qemu) is rewritten by libvirt; what can differ openly is the stored and the running definition.',
      source: 'libvirt: virsh(1), edit; the head of each file in /etc/libvirt/qemu',
      errata: ['X64'],
      guideSame: 'the guide asks for changes through libvirt alone; which copies are compared is our affair',
    },
  ],
  needs: {
    isPersistent: ({ guest }) => guest.isPersistent,
    drift: ({ guest }) => driftOf(guest),
    name: ({ guest }) => known(guest.name),
  },
  check({ isPersistent, drift, name }) {
    if (!isPersistent) return notApplicable('it has no stored definition');
    const [first] = drift;
    if (first === undefined) return good;
    return bad(
      drift.length === 1
        ? `its ${first.what} is ${first.live} now, and ${first.stored} in its definition`
        : `it runs with ${drift.length} things other than it is defined: ${drift.map(({ what }) => what).join(', ')}`,
      {
        wants: 'one definition',
        so: 'its next start changes it',
        parts: drift.map(({ what, live, stored }) => ({ key: what, saw: `now ${live}; defined ${stored}` })),
        otherwise: `See virsh dumpxml ${name} and virsh dumpxml --inactive ${name}. If the definition is right: virsh shutdown ${name}, then virsh start ${name}. If the running one is: give the command that changed it again with --config.`,
      },
    );
  },
  examples: [
    {
      name: 'more memory defined than it runs with',
      guest: { xml: memory(8), live: memory(4) },
      expect: 'bad',
      severity: 'info',
    },
    {
      name: 'a disk attached while it runs',
      guest: {
        xml: '',
        live: "<devices><disk type='file' device='disk'><source file='/b.raw'/><target dev='vdb' bus='virtio'/></disk></devices>",
      },
      expect: 'bad',
    },
    { name: 'the same', expect: 'good' },
    {
      name: 'a machine alias that libvirt spelled out',
      guest: {
        xml: "<os><type arch='x86_64' machine='q35'>hvm</type></os>",
        live: "<os><type arch='x86_64' machine='pc-q35-8.2'>hvm</type></os>",
      },
      expect: 'good',
    },
    {
      name: 'a balloon that was moved',
      guest: { xml: memory(4), live: "<memory unit='GiB'>4</memory><currentMemory unit='GiB'>2</currentMemory>" },
      expect: 'good',
    },
    { name: 'off', guest: { xml: '', isRunning: false }, expect: 'not-applicable' },
    { name: 'a definition that is none', guest: { xml: '<memory>much</memory>', live: memory(4) }, expect: 'unknown' },
  ],
});
