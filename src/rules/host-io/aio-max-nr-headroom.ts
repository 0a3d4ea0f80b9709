import { makeSysctlLast } from '#change/recipes/lasting-sysctl';
import { defineRule } from '#check/define-rule';
import { bad, good, undecided } from '#check/verdict';
import { aioNeed } from '#model/derived/aio-need';
import { sysctlAtBoot } from '#model/derived/sysctl-at-boot';
import { ifKnown } from '#model/known';

const perLoop = 1024;
const limits = (max: number, used = 0): Record<string, string> => ({
  '/proc/sys/fs/aio-max-nr': String(max),
  '/proc/sys/fs/aio-nr': String(used),
});
const many = (count: number): readonly string[] => Array.from({ length: count }, () => '');

export default defineRule({
  id: 'host-io/aio-max-nr-headroom',
  subject: 'host',
  guide: ['4.3.2'],
  severity: 'error',
  says: 'There are AIO contexts for the disks of all guests.',
  because:
    "Each event loop of QEMU that carries a disk with io='native' takes 1024 of fs.aio-max-nr; when they are used up the disk of the next guest cannot be opened.",
  sources: [
    {
      grade: 'measured',
      at: 'QEMU 7.2: one native disk takes 1024, three take 1024, two on two I/O threads 2048, io_uring and threads none',
    },
    { grade: 'documented', at: 'QEMU: block/linux-aio.c, MAX_EVENTS (128 in old releases)' },
    { grade: 'documented', at: 'libvirt: src/remote/libvirtd.sysctl: fs.aio-max-nr = 1048576' },
  ],
  intents: {},
  params: {
    perLoop: {
      default: perLoop,
      unit: 'contexts an event loop',
      why: 'measured with QEMU 7.2; read fs.aio-nr with one such guest to calibrate',
    },
    tight: { default: 0.8, unit: 'of fs.aio-max-nr', why: 'above this the next guests are at risk' },
  },
  costs: ['Kernel memory for contexts that are in use, on demand only.'],
  departs: [
    {
      guideSays: 'The default of 65536 is exceeded by hundreds of guests; raise it to 131072, or to 1048576.',
      truth:
        'The default is enough for 64 event loops: tens of guests. Only io=native counts. The two values disagree; libvirt’s packages for RPM distributions set 1048576 by themselves.',
      source: 'measured with QEMU 7.2',
      errata: ['X24'],
      guideSame: 'the guide gives two values and no measure: what guests take is counted either way',
    },
  ],
  needs: {
    max: ({ host }) => host.kernel.sysctls['fs.aio-max-nr'].running,
    used: ({ host }) => ifKnown(host.kernel.sysctls['fs.aio-nr'].running),
    need: ({ guests }) => aioNeed(guests, perLoop),
    boot: ({ host }) => ifKnown(sysctlAtBoot(host, 'fs.aio-max-nr')),
  },
  check({ max, used, need, boot }, { params }) {
    const limit = Number(max);
    const taken = Number(used ?? 0);
    if (!Number.isSafeInteger(limit) || !Number.isSafeInteger(taken)) return undecided('fs.aio-max-nr is no number');
    const wanted = (need.sum / perLoop) * params.perLoop;
    const raised = Math.max(1_048_576, 2 ** Math.ceil(Math.log2(2 * Math.max(1, wanted))));
    const found = {
      wants: `fs.aio-max-nr = ${raised}`,
      ...makeSysctlLast('fs.aio-max-nr', max.trim(), String(raised), boot),
    };
    if (wanted > limit)
      return bad(`guests take ${wanted} AIO contexts and there are ${limit}`, {
        ...found,
        so: 'some guests fail to start: their disks cannot be opened (io_setup: EAGAIN)',
      });
    if (wanted > 0 && taken + params.perLoop > limit)
      return bad(`${taken} of ${limit} AIO contexts are taken`, {
        ...found,
        so: "the next guest with io='native' fails to start",
      });
    if (wanted > params.tight * limit || taken > params.tight * limit) {
      return bad(`${Math.max(wanted, taken)} of ${limit} AIO contexts are ${taken > wanted ? 'taken' : 'promised'}`, {
        ...found,
        severity: 'warning',
      });
    }
    return need.known < need.of
      ? undecided(`the disks of ${need.of - need.known} of ${need.of} guests are unknown`, need.missing?.remedy)
      : good;
  },
  examples: [
    {
      name: '80 guests with native disks, the default limit',
      others: many(79),
      files: { ...limits(65536), '/usr/lib/sysctl.d/60-libvirtd.conf': '# nothing\n' },
      expect: 'bad',
      severity: 'error',
      fixes: ['sysctl', 'sysctl-file'],
    },
    {
      name: 'the same, and what is configured was not applied',
      others: many(79),
      files: limits(65536),
      expect: 'bad',
      fixes: ['sysctl'],
    },
    { name: '60 guests', others: many(59), files: limits(65536), expect: 'bad', severity: 'warning' },
    { name: 'a million', others: many(79), files: limits(1_048_576), expect: 'good' },
    { name: 'others have taken nearly all', files: limits(65536, 65000), expect: 'bad', severity: 'error' },
    {
      name: 'disks on threads take none',
      guest:
        "<devices><disk type='file' device='disk'><driver name='qemu' type='raw' io='threads'/><source file='/g'/><target dev='vda' bus='virtio'/></disk></devices>",
      files: limits(512),
      expect: 'good',
    },
    { name: 'no right to read', files: { '/proc/sys/fs/aio-max-nr': 'denied' }, expect: 'unknown' },
  ],
});
