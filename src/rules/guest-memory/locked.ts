import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good } from '#check/verdict';
import { guestOverhead } from '#model/derived/guest-overhead';
import { known, orAbsent } from '#model/known';
import { bytes, gib, printBytes } from '#units/bytes';

const realtime =
  "<cputune><vcpupin vcpu='0' cpuset='2'/><vcpupin vcpu='1' cpuset='3'/><vcpusched vcpus='0-1' scheduler='fifo' priority='1'/></cputune>";

export default defineRule({
  id: 'guest-memory/locked',
  subject: 'guest',
  guide: [],
  beyond: 'a guest with realtime vCPUs must never wait for its memory to be swapped in',
  severity: 'hint',
  says: 'Memory is locked where the guest needs it, and then with a limit.',
  because:
    'A swapped-out page stops a realtime guest for milliseconds; and a locked guest without a limit can lock all memory of the host.',
  sources: [
    { grade: 'documented', at: 'libvirt: kbase/kvm-realtime.rst' },
    {
      grade: 'documented',
      at: 'libvirt: formatdomain, memoryBacking/locked: setting hard_limit is strongly recommended',
    },
  ],
  when: { guestType: ['kvm', 'qemu'], instance: 'system' },
  intents: { latency: { level: 'should' }, density: { level: 'neutral', want: 'not locked' } },
  params: { slackGib: { default: 1, unit: 'GiB', why: 'room of the limit above memory and overhead' } },
  costs: ['No overcommit and no swap for this guest.'],
  needs: {
    backing: ({ guest }) => orAbsent(guest.config.memoryBacking),
    memtune: ({ guest }) => orAbsent(guest.config.memtune),
    cputune: ({ guest }) => orAbsent(guest.config.cputune),
    memory: ({ guest }) => guest.config.memory,
    overhead: ({ guest }) => guestOverhead(guest.config),
    name: ({ guest }) => known(guest.name),
  },
  check({ backing, memtune, cputune, memory, overhead, name }, { intents, params }) {
    const least = bytes(Math.ceil((memory + overhead + gib(params.slackGib)) / 1024) * 1024);
    const isLocked = backing?.locked === true;
    const limit = memtune?.hardLimit;
    const limitPart = { path: 'memtune/hard_limit', content: String(least / 1024) };
    const noLimit = { path: 'memtune/hard_limit', content: limit === undefined ? undefined : String(limit / 1024) };
    if (isLocked && intents.includes('density')) {
      return bad('its memory is locked on a host that is to be crowded', {
        severity: 'warning',
        wants: 'memory that can be shared, ballooned and swapped',
        fix: [
          editDomain(
            name,
            [{ path: 'memoryBacking/locked', content: '<locked/>' }],
            [{ path: 'memoryBacking/locked', content: undefined }],
          ),
        ],
      });
    }
    if (isLocked && limit === undefined) {
      return bad('its memory is locked without a limit', {
        severity: 'warning',
        wants: `a hard limit of ${printBytes(least)} (memory, overhead and ${params.slackGib} GiB)`,
        so: 'a fault in QEMU could lock all memory of the host',
        fix: [editDomain(name, [noLimit], [limitPart])],
      });
    }
    if (isLocked && limit !== undefined && limit < memory + overhead) {
      return bad(`its memory is locked and the hard limit of ${printBytes(limit)} is too low for it`, {
        severity: 'warning',
        wants: `at least ${printBytes(least)}`,
        so: 'the kernel kills it',
        fix: [editDomain(name, [noLimit], [limitPart])],
      });
    }
    if (isLocked || cputune?.hasRealtimeScheduler !== true) return good;
    const path = backing === undefined ? 'memoryBacking' : 'memoryBacking/locked';
    return bad('its vCPUs run in realtime and its memory can be swapped out', {
      wants: `locked memory, with a hard limit of ${printBytes(least)}`,
      fix: [
        editDomain(
          name,
          [{ path, content: undefined }, noLimit],
          [
            { path, content: backing === undefined ? '<memoryBacking><locked/></memoryBacking>' : '<locked/>' },
            limitPart,
          ],
        ),
      ],
    });
  },
  examples: [
    {
      name: 'locked without a limit',
      guest: '<memoryBacking><locked/></memoryBacking>',
      expect: 'bad',
      severity: 'warning',
      fixes: ['domain-xml'],
    },
    {
      name: 'locked with 6 GiB for 4',
      guest: "<memoryBacking><locked/></memoryBacking><memtune><hard_limit unit='GiB'>6</hard_limit></memtune>",
      expect: 'good',
    },
    {
      name: 'the limit is too low',
      guest: "<memoryBacking><locked/></memoryBacking><memtune><hard_limit unit='GiB'>4</hard_limit></memtune>",
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'realtime and not locked', guest: realtime, intents: ['latency'], expect: 'bad', severity: 'hint' },
    { name: 'an ordinary guest', expect: 'good' },
    {
      name: 'locked, and meant for density',
      guest: '<memoryBacking><locked/></memoryBacking>',
      intents: ['density'],
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'a limit that is no number', guest: '<memtune><hard_limit>x</hard_limit></memtune>', expect: 'unknown' },
  ],
});
