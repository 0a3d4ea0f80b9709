import { setConfigKey } from '#change/kinds/config-key';
import { hugetlbfsTarget, mountHugetlbfs } from '#change/kinds/hugetlbfs-mount';
import { setService } from '#change/kinds/service';
import { defineRule } from '#check/define-rule';
import { listWith } from '#check/list-names';
import { hugeXml } from '#check/reference/memory-files';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { hugePageUse } from '#model/derived/huge-page-use';
import { mountedHugetlbfs } from '#model/derived/hugetlbfs';
import { asFact, ifKnown } from '#model/known';
import { type Bytes, printBytes } from '#units/bytes';

const conf = '/etc/libvirt/qemu.conf';
const running = { isEnabled: true, isActive: true };
const unit = 'dev-hugepages.mount';
const mounts = (...lines: readonly string[]) => ({
  '/proc/self/mounts': ['/dev/sda1 / ext4 rw 0 0', ...lines, ''].join('\n'),
});
const small = 'hugetlbfs /dev/hugepages hugetlbfs rw,pagesize=2M 0 0';
const both = mounts(small, 'hugetlbfs /dev/hugepages1G hugetlbfs rw,pagesize=1024M 0 0');
const listed = (value: string) => ({ [conf]: `hugetlbfs_mount = ${value}\n` });
const large = hugeXml(4, "<page size='1' unit='GiB'/>");
const memfd = hugeXml(4).replace('</memoryBacking>', "<source type='memfd'/></memoryBacking>");

export default defineRule({
  id: 'host-memory/hugetlbfs-mounted',
  subject: 'host',
  guide: ['4.1.1'],
  severity: 'error',
  says: 'For each huge page size that guests use a hugetlbfs is mounted where libvirt finds it.',
  because: 'libvirt takes huge pages from a mounted hugetlbfs and refuses to start a guest without one.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.1: mount hugetlbfs on /dev/hugepages' },
    { grade: 'documented', at: 'libvirt: qemu.conf, hugetlbfs_mount: an explicit mount overrides detection' },
    { grade: 'measured', at: 'libvirt 9.0: “hugetlbfs filesystem is not mounted or disabled by administrator config”' },
  ],
  when: { instance: 'system' },
  intents: {},
  params: {},
  costs: ['The libvirt daemon must be restarted: it looks for mounts when it starts.'],
  departs: [
    {
      guideSays: 'Mount hugetlbfs on /dev/hugepages.',
      truth: 'systemd does that for the default size; 1 GiB needs a mount of its own, memfd needs none (libvirt 5.3).',
      source: 'libvirt: NEWS 5.3.0; systemd: units/dev-hugepages.mount',
      errata: ['X08'],
      guideCheck: 'any hugetlbfs on /dev/hugepages passes, and guests on memfd need it as well',
    },
  ],
  needs: {
    use: ({ host, guests }) => hugePageUse(guests, host.memory),
    pools: ({ host }) => host.memory.hugePages,
    there: ({ host }) => mountedHugetlbfs(host),
    defaultSize: ({ host }) => host.memory.defaultHugePageSize,
    qemuConf: ({ host }) => asFact(host.libvirt.qemuConf),
    services: ({ host }) => ifKnown(host.services),
  },
  check({ use, pools, there, defaultSize, qemuConf, services }, { policy }) {
    const isGuide = policy === 'guide';
    const users = use.guests.filter(({ next }) => next.some(need => need.needsMount || isGuide));
    const asked = new Set(users.flatMap(({ next }) => next.map(({ pages }) => pages.size)));
    // a size that the kernel has not is guest-memory/hugepages-size-fits's business
    const sizes = pools.map(({ pageSize }) => pageSize).filter(size => asked.has(size));
    const list = qemuConf.state === 'known' ? qemuConf.value.get('hugetlbfs_mount')?.values : undefined;
    const usable = there.filter(({ target }) =>
      isGuide ? target === '/dev/hugepages' : (list?.includes(target) ?? true),
    );
    const lacking = sizes.filter(size => !usable.some(({ pageSize }) => pageSize === size || isGuide));
    const [size] = lacking;
    if (size === undefined) {
      if (use.known < use.of) return undecided('the huge pages of some guests are unknown', use.missing?.remedy);
      if (sizes.length === 0) return notApplicable('no guest takes huge pages from a hugetlbfs');
      return qemuConf.state === 'unknown' && !isGuide ? undecided(qemuConf.reason, qemuConf.remedy) : good;
    }
    const names = users.map(({ guest }) => guest);
    const finding = {
      wants: `a hugetlbfs of ${lacking.map(printBytes).join(' and of ')} that libvirt may use`,
      so: 'libvirt refuses to start them: “Unable to find any usable hugetlbfs mount”',
      parts: lacking.map(of => ({ key: printBytes(of), saw: `no usable hugetlbfs of ${printBytes(of)}` })),
    };
    if (list?.every(path => path === '') === true && !isGuide)
      return bad(`libvirt may not use huge pages (hugetlbfs_mount = ""), which ${listWith(names, 'asks', 'ask')} for`, {
        ...finding,
        fix: [setConfigKey(conf, 'hugetlbfs_mount', '', undefined)],
      });
    const state = services?.find(({ name }) => name === unit);
    if (isGuide)
      return bad(`no hugetlbfs is mounted on /dev/hugepages, which ${listWith(names, 'needs', 'need')}`, {
        ...finding,
        wants: 'a hugetlbfs on /dev/hugepages',
        fix: [
          state?.isInstalled === true
            ? setService(unit, { isEnabled: state.isEnabled ?? false, isActive: false }, running)
            : mountHugetlbfs(undefined, 'not mounted', 'mounted now and at boot'),
        ],
      });
    const mounted = there.find(({ pageSize }) => pageSize === size);
    const saw = `no hugetlbfs of ${printBytes(size)} is ${mounted ? 'listed in hugetlbfs_mount' : 'mounted'}, which ${listWith(names, 'needs', 'need')}`;
    const target = mounted?.target ?? hugetlbfsTarget(size);
    const unmounted = lacking.filter(of => !there.some(({ pageSize }) => pageSize === of));
    const isSystemds = (of: Bytes): boolean => list === undefined && of === defaultSize && state?.isInstalled === true;
    const listedNow = [...(list ?? []), ...(mounted === undefined ? [] : [target]), ...unmounted.map(hugetlbfsTarget)];
    const printed = (paths: readonly string[]): string => `[${paths.map(path => `"${path}"`).join(', ')}]`;
    return bad(saw, {
      ...finding,
      fix: [
        ...unmounted.map(of =>
          isSystemds(of)
            ? setService(unit, { isEnabled: state?.isEnabled ?? false, isActive: false }, running)
            : mountHugetlbfs(of, 'not mounted', 'mounted now and at boot'),
        ),
        ...(list === undefined ? [] : [setConfigKey(conf, 'hugetlbfs_mount', printed(list), printed(listedNow))]),
      ],
    });
  },
  examples: [
    { name: 'not mounted', files: mounts(), guest: hugeXml(4), expect: 'bad' },
    { name: 'mounted', files: mounts(small), guest: hugeXml(4), expect: 'good' },
    { name: '1 GiB without a mount', files: mounts(small), guest: large, expect: 'bad', fixes: ['hugetlbfs-mount'] },
    { name: 'both sizes', files: both, guest: large, others: [hugeXml(2)], expect: 'good' },
    {
      name: 'not listed',
      files: { ...both, ...listed('"/dev/hugepages1G"') },
      guest: hugeXml(4),
      expect: 'bad',
      fixes: ['config-key'],
    },
    { name: 'switched off', files: { ...both, ...listed('""') }, guest: large, expect: 'bad', fixes: ['config-key'] },
    { name: 'memfd', files: mounts(), guest: memfd, expect: 'not-applicable' },
    { name: 'the guide mounts for memfd, too', policy: 'guide', files: mounts(), guest: memfd, expect: 'bad' },
    { name: 'the guide mounts once', policy: 'guide', files: mounts(small), guest: large, expect: 'good' },
    { name: 'mounted, list not readable', files: { [conf]: 'denied' }, guest: hugeXml(4), expect: 'unknown' },
    { name: 'neither', files: { ...mounts(), [conf]: 'denied' }, guest: hugeXml(4), expect: 'bad' },
    { name: 'normal pages', files: mounts(), expect: 'not-applicable' },
    { name: 'a user’s libvirt', libvirt: { uri: 'qemu:///session' }, guest: hugeXml(4), expect: 'not-applicable' },
  ],
});
