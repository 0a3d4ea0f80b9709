import type { ChangeOrder, ChangePattern } from '#check/change-order';

const edits = ['domain-xml', 'domain-live'];

/** Pools, and what sets them up at boot. */
const pools: readonly ChangePattern[] = [
  { kinds: ['huge-page-pool'] },
  { kinds: ['tmpfiles', 'sysfs'], on: /\/hugepages\// },
  { kinds: ['sysctl', 'sysctl-file'], on: /\bvm\.nr_hugepages/ },
  { kinds: ['kernel-command-line'], content: /\bhugepages/ },
];
const mounts: ChangePattern = { kinds: ['hugetlbfs-mount', 'service', 'fstab', 'fstab-line'], on: /huge/ };
const onHugePages: ChangePattern = {
  kinds: edits,
  path: /^memoryBacking(?:\/hugepages|$)/,
  content: /hugepages|page\b/,
};
const ksmKnobs: readonly ChangePattern[] = [
  { kinds: ['ksm'] },
  { kinds: ['sysfs', 'tmpfiles'], on: /\/sys\/kernel\/mm\/ksm\// },
];
/** Not ksm.service: it writes once, when it stops, which must not come before KSM gives its pages back. */
const endsKsm: ChangePattern = {
  kinds: ['service'],
  on: /^(?:ksmtuned|momd|mom-vdsm)\.service$/,
  content: /not active/,
};
const endsTuned: ChangePattern = { kinds: ['service'], on: /^tuned\.service$/, content: /not active/ };

/**
 * In which order changes are made. The stages are those of the guide’s catalogue: what was done behind libvirt’s back is undone first, then
 * a guest from its board to its pins, memory before what is backed with it, then the host; what must not be the other way round is a need.
 */
export const changeOrder: ChangeOrder = {
  stages: [
    { says: 'arguments behind libvirt’s back', of: [{ kinds: edits, path: /^qemu:/ }] },
    { says: 'services that would write to the same knobs', of: [endsKsm, endsTuned] },
    { says: 'keys of daemons', of: [{ kinds: ['config-key'] }] },
    { says: 'mounts of huge pages', of: [mounts] },
    { says: 'pools of huge pages', of: pools },
    { says: 'limits that guests start within', of: [{ kinds: ['sysctl', 'sysctl-file'], on: /\bfs\./ }] },
    { says: 'machine and firmware', of: [{ kinds: edits, path: /^(?:@|os\b|features\b|devices\/emulator|clock\b)/ }] },
    { says: 'cells', of: [{ kinds: edits, path: /^(?:cpu\/numa|numatune)\b/ }] },
    { says: 'CPU model and topology', of: [{ kinds: edits, path: /^v?cpus?\b/ }] },
    { says: 'memory', of: [{ kinds: edits, path: /^(?:memory|currentMemory|maxMemory|memoryBacking|memtune)\b/ }] },
    { says: 'pins and I/O threads', of: [{ kinds: edits, path: /^(?:iothreads|iothreadids|cputune)\b/ }] },
    { says: 'devices', of: [{ kinds: edits }] },
    { says: 'images of disks', of: [{ kinds: ['image-file'] }] },
    { says: 'merging of pages', of: ksmKnobs },
    {
      says: 'knobs of the host',
      of: [{ kinds: ['tuned-profile', 'sysctl', 'dirty-limit', 'sysfs', 'io-scheduler', 'mount-option'] }],
    },
    {
      says: 'what keeps knobs over reboots',
      of: [{ kinds: ['sysctl-file', 'dirty-limit-file', 'tmpfiles', 'udev-rule', 'modprobe-option'] }],
    },
    { says: 'mounts', of: [{ kinds: ['fstab', 'fstab-line'] }] },
    { says: 'services', of: [{ kinds: ['service'] }] },
    { says: 'the command line of the kernel', of: [{ kinds: ['kernel-command-line'] }] },
  ],
  needs: [
    ...pools.map(first => ({
      first,
      second: onHugePages,
      why: 'a guest on huge pages does not start before they are there',
      waits: true,
      isBySize: true as const,
    })),
    { first: mounts, second: onHugePages, why: 'libvirt takes huge pages from a mounted hugetlbfs', waits: true },
    {
      first: { kinds: ['config-key'], on: /hugetlbfs_mount|memory_backing_dir/ },
      second: onHugePages,
      why: 'libvirt reads where hugetlbfs is when it starts',
      waits: true,
    },
    {
      first: { kinds: ['sysctl', 'sysctl-file'], on: /\bfs\.aio-max-nr$/ },
      second: { kinds: edits, path: /\/driver(?:\/@io)?$/, content: /native/ },
      why: 'a disk with native I/O does not open when all requests of the host are taken',
      waits: false,
    },
    ...ksmKnobs.map(second => ({
      first: endsKsm,
      second,
      why: 'a service that runs writes its own value again',
      waits: false,
    })),
    {
      first: endsTuned,
      second: { kinds: ['sysctl', 'dirty-limit', 'sysfs', 'io-scheduler', 'ksm'] },
      why: 'tuned takes its values back when it stops',
      waits: false,
    },
    {
      first: { kinds: ['tuned-profile'] },
      second: { kinds: ['sysctl', 'dirty-limit', 'sysfs', 'io-scheduler', 'ksm'] },
      why: 'a profile writes its values when it is chosen',
      waits: false,
    },
  ],
};
