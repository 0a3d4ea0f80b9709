import { defineRule } from '#check/define-rule';
import { bad, good } from '#check/verdict';
import { guestOverhead } from '#model/derived/guest-overhead';
import { bytes, printBytes } from '#units/bytes';

const tuned = (memtune: string): string => `<memory unit='GiB'>4</memory><memtune>${memtune}</memtune>`;
const v1 = {
  '/sys/fs/cgroup/cgroup.controllers': null,
  '/sys/fs/cgroup/memory/memory.swappiness': '60',
};

export default defineRule({
  id: 'guest-memory/swap-hard-limit-sane',
  subject: 'guest',
  guide: ['4.2.1'],
  severity: 'error',
  says: 'Memory limits stand in the order that their cgroup gives them sense.',
  because:
    'A swap limit below the hard limit is accepted at define and refused at start on cgroup v1; on v2 it limits swap alone, and a low soft limit throttles the guest all the time.',
  sources: [
    { grade: 'documented', at: 'libvirt: formatdomain, memtune: swap_hard_limit has to be more than hard_limit' },
    {
      grade: 'documented',
      at: 'libvirt: vircgroupv2.c: soft_limit is memory.high, swap_hard_limit is memory.swap.max',
    },
    { grade: 'documented', at: 'linux: admin-guide/cgroup-v2.rst, memory.high: throttled and put under heavy reclaim' },
    { grade: 'measured', at: 'libvirt 9.0 defines swap_hard_limit below hard_limit without a word' },
  ],
  when: { guestType: ['kvm', 'qemu'], instance: 'system' },
  scope: {
    says: 'guests with memory limits',
    holds: ({ guest: { config } }) =>
      config.memtune.state === 'known' ? { ...config.memtune, value: true } : config.memtune,
  },
  intents: {},
  params: {},
  costs: [],
  departs: [
    {
      guideSays: 'swap_hard_limit is memory plus swap; the sample has a soft limit of 128 MiB.',
      truth:
        'So on cgroup v1 only: on v2 it is swap alone, and a soft limit below what the guest uses throttles it even on an idle host. libvirt does not check the order at define.',
      source: 'libvirt: vircgroupv2.c; linux: admin-guide/cgroup-v2.rst',
      errata: ['X21'],
      guideSame:
        'memory plus swap has to exceed memory by the guide as well; on cgroup v2 nothing is asked of the order',
    },
  ],
  needs: {
    memtune: ({ guest }) => guest.config.memtune,
    memory: ({ guest }) => guest.config.memory,
    overhead: ({ guest }) => guestOverhead(guest.config),
    cgroup: ({ host }) => host.memory.cgroupVersion,
  },
  check({ memtune: { hardLimit: hard, softLimit: soft, swapHardLimit: swap }, memory, overhead, cgroup }) {
    const otherwise =
      'Correct the limits, or take them away: virsh memtune GUEST --hard-limit -1 --swap-hard-limit -1 --soft-limit -1 --config.';
    if (cgroup === 1 && swap !== undefined && hard !== undefined && swap < hard) {
      return bad(`its swap limit of ${printBytes(swap)} is below the hard limit of ${printBytes(hard)}`, {
        wants: `more than ${printBytes(hard)}`,
        so: 'it does not start',
        otherwise,
      });
    }
    if (cgroup === 1 && swap !== undefined && hard === undefined) {
      return bad(`it has a swap limit of ${printBytes(swap)} and no hard limit`, {
        wants: 'both, or none',
        so: 'it does not start',
        otherwise,
      });
    }
    if (soft !== undefined && hard !== undefined && soft > hard) {
      return bad(`its soft limit of ${printBytes(soft)} is above the hard limit of ${printBytes(hard)}`, {
        severity: 'warning',
        wants: `at most ${printBytes(hard)}`,
        otherwise,
      });
    }
    const least = cgroup === 2 ? bytes(memory + overhead) : bytes(Math.floor(memory / 2));
    if (soft !== undefined && soft < least) {
      return bad(`its soft limit of ${printBytes(soft)} is far below its memory of ${printBytes(memory)}`, {
        severity: 'warning',
        wants:
          cgroup === 2
            ? `at least ${printBytes(least)} (memory and overhead)`
            : `at least half its memory, ${printBytes(least)}`,
        so:
          cgroup === 2
            ? 'it is throttled all the time, also on an idle host'
            : 'it is swapped out whenever memory is short',
        otherwise,
      });
    }
    if (cgroup === 2 && swap !== undefined) {
      return bad(`its swap limit of ${printBytes(swap)} limits swap alone on this host`, {
        severity: 'info',
        wants: 'a value meant for swap alone (cgroup v2)',
        otherwise,
      });
    }
    if (cgroup === 1 && swap !== undefined && swap === hard) {
      return bad(`its swap limit equals the hard limit of ${printBytes(swap)}: it cannot swap`, {
        severity: 'info',
        wants: `more than ${printBytes(swap)}, if it is to swap`,
        otherwise,
      });
    }
    return good;
  },
  examples: [
    {
      name: 'swap below hard on cgroup v1',
      guest: tuned("<hard_limit unit='G'>6</hard_limit><swap_hard_limit unit='M'>512</swap_hard_limit>"),
      files: v1,
      expect: 'bad',
      severity: 'error',
    },
    {
      name: 'swap above hard on cgroup v1',
      guest: tuned("<hard_limit unit='G'>6</hard_limit><swap_hard_limit unit='G'>8</swap_hard_limit>"),
      files: v1,
      expect: 'good',
    },
    {
      name: 'equal on cgroup v1',
      guest: tuned("<hard_limit unit='G'>6</hard_limit><swap_hard_limit unit='G'>6</swap_hard_limit>"),
      files: v1,
      expect: 'bad',
      severity: 'info',
    },
    {
      name: "the guide's sample on cgroup v2",
      guest: tuned(
        "<hard_limit unit='G'>6</hard_limit><soft_limit unit='M'>128</soft_limit><swap_hard_limit unit='G'>8</swap_hard_limit>",
      ),
      expect: 'bad',
      severity: 'warning',
    },
    {
      name: 'a swap limit on cgroup v2',
      guest: tuned("<hard_limit unit='G'>6</hard_limit><swap_hard_limit unit='G'>2</swap_hard_limit>"),
      expect: 'bad',
      severity: 'info',
    },
    { name: 'a hard limit alone', guest: tuned("<hard_limit unit='G'>6</hard_limit>"), expect: 'good' },
    { name: 'no limits', expect: 'not-applicable' },
    { name: 'a limit that is no number', guest: tuned('<soft_limit>x</soft_limit>'), expect: 'unknown' },
  ],
});
