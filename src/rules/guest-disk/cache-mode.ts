import { editDisks } from '#change/kinds/domain-disks';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { cachedSize } from '#model/derived/cached-size';
import { mountOf } from '#model/derived/mount-of';
import { asFact, ifKnown, known, orAbsent, valueIfKnown } from '#model/known';
import { gib, printBytes } from '#units/bytes';
import type { Intent } from '#wishes/intent';

const direct = new Set(['none', 'directsync']);
const fast: readonly Intent[] = ['database', 'latency', 'hpc'];
const disk = (driver: string, file = '/var/lib/libvirt/images/g.qcow2'): string =>
  `<devices><disk type='file' device='disk'><driver name='qemu' type='qcow2' ${driver}/><source file='${file}'/><target dev='vda' bus='virtio'/></disk></devices>`;
const sized = (sizeGib: number): { xml: string; stats: Readonly<Record<string, number | string>> } => ({
  xml: disk(''),
  stats: {
    'block.0.path': '/var/lib/libvirt/images/g.qcow2',
    'block.0.capacity': gib(sizeGib),
    'block.0.physical': gib(sizeGib),
  },
});

export default defineRule({
  id: 'guest-disk/cache-mode',
  subject: 'guest',
  guide: [],
  beyond: "the cache mode decides whether a guest's data lie in memory twice",
  severity: 'hint',
  says: 'Disks that must be fast, or that fill memory, bypass the page cache of the host.',
  because:
    'Through the page cache each block is copied once more and held twice, in the guest and in the host, and the memory of the host goes into it.',
  sources: [
    { grade: 'documented', at: 'libvirt: formatdomain, disk/driver/@cache' },
    { grade: 'documented', at: 'QEMU: qemu(1), -drive cache: default writeback, safe with a guest that flushes' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {
    database: { level: 'should', want: 'none or directsync' },
    latency: { level: 'should', want: 'none or directsync' },
    hpc: { level: 'should', want: 'none or directsync' },
    desktop: { level: 'neutral', want: 'writeback will do' },
    migratable: { level: 'neutral', want: 'migration/disk-cache-safe judges' },
  },
  params: {
    ofMemory: { default: 0.5, unit: 'of MemTotal', why: 'cached images larger than this push other things out' },
  },
  costs: ['Reads no longer come from the page cache, which helps many guests on one base image.'],
  needs: {
    disks: ({ guest }) => orAbsent(guest.config.disks),
    mounts: ({ host }) => ifKnown(host.mounts),
    cached: ({ guests }) => cachedSize(guests),
    memory: ({ host }) => asFact(host.memory.total),
    guest: ({ guest }) => known(guest.name),
  },
  check({ disks = [], mounts = [], cached, memory, guest }, { intents, params }) {
    const judged = disks.filter(
      ({ device, isReadOnly, type, source, cache }) =>
        device === 'disk' &&
        !isReadOnly &&
        type !== 'network' &&
        cache !== 'unsafe' &&
        // a tmpfs before Linux 6.6 refuses O_DIRECT
        mountOf(source ?? '', mounts)?.type !== 'tmpfs',
    );
    if (judged.length === 0) return notApplicable('no disk to write to whose cache could be chosen');
    // io='native' with a cache is guest-disk/native-needs-direct
    const through = judged.filter(({ cache, io }) => !direct.has(cache ?? '') && io !== 'native');
    const [first] = through;
    if (first === undefined) return good;
    const set = editDisks(
      guest,
      through.map(({ target, cache }) => ({ target, place: 'driver/@cache', before: cache, after: 'none' })),
    );
    const parts = through.map(({ target, cache = 'writeback by default', at }) => ({
      key: target,
      saw: `${target}: ${cache}`,
      evidence: [at],
    }));
    const which = through.length === 1 ? `its disk ${first.target} goes` : `${through.length} of its disks go`;
    if (intents.some(intent => fast.includes(intent)))
      return bad(`${which} through the page cache of the host`, { wants: 'cache none', parts, fix: [set] });
    const total = valueIfKnown(memory);
    if (total === undefined) return undecided('the memory of the host is not known', 'check the host itself');
    const most = total * params.ofMemory;
    if (cached.sum <= most)
      return cached.missing === undefined ? good : undecided(cached.missing.reason, cached.missing.remedy);
    return bad(`${which} through the page cache of a host of ${printBytes(total)}`, {
      wants: 'cache none',
      so: `the cached images on this host, ${printBytes(cached.sum)}, push other things out of memory`,
      parts,
      fix: [set],
    });
  },
  examples: [
    { name: 'a database through the cache', guest: disk(''), intents: ['database'], expect: 'bad', severity: 'hint' },
    {
      name: 'a database around it',
      guest: disk("cache='none'"),
      intents: ['database'],
      expect: 'good',
    },
    { name: 'an ordinary guest through the cache', guest: sized(20), expect: 'good' },
    {
      name: 'images larger than half the memory',
      guest: sized(40),
      expect: 'bad',
      severity: 'hint',
      fixes: ['domain-xml'],
    },
    {
      name: 'on a tmpfs',
      guest: disk('', '/fast/g.qcow2'),
      files: { '/proc/self/mounts': '/dev/sda2 / ext4 rw 0 0\ntmpfs /fast tmpfs rw 0 0' },
      intents: ['latency'],
      expect: 'not-applicable',
    },
    { name: 'a size that nobody read', guest: { xml: disk(''), isRunning: false, autostart: true }, expect: 'unknown' },
  ],
});
