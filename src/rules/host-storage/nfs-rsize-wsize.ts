import { setMountEntryOptions } from '#change/kinds/fstab';
import { defineRule } from '#check/define-rule';
import { listNames } from '#check/list-names';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { guestNfsMounts, mountEvidence } from '#model/derived/guest-nfs-mounts';
import { ifKnown } from '#model/known';

const mounted = (size: string) => ({
  '/proc/self/mounts': `/dev/sda1 / ext4 rw 0 0\nnas:/vm /var/lib/libvirt/images nfs4 rw,vers=4.2,${size}hard 0 0\n`,
});
const inFstab = (options: string) => ({ '/etc/fstab': `nas:/vm /var/lib/libvirt/images nfs4 ${options} 0 0\n` });
const sizes = ['rsize', 'wsize'] as const;

export default defineRule({
  id: 'host-storage/nfs-rsize-wsize',
  subject: 'host',
  guide: ['4.4.1'],
  severity: 'warning',
  says: 'NFS mounts that hold disks of guests move as much in one request as client and server can.',
  because: 'A small rsize or wsize cuts each large request of a guest into many, each with its own round trip.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.4.1: raise rsize and wsize to 16 KB' },
    {
      grade: 'documented',
      at: 'nfs-utils: nfs(5), rsize, wsize: client and server agree on the largest that both support, at most 1,048,576',
    },
  ],
  intents: {},
  params: {
    least: { default: 16384, unit: 'bytes', why: 'the guide’s value; less is a loss on any network' },
    full: { default: 1048576, unit: 'bytes', why: 'the most that Linux negotiates' },
  },
  costs: ['The export must be unmounted, so guests on it must be off.'],
  departs: [
    {
      guideSays: 'Raise rsize and wsize to 16 KB; the sample sets 8192.',
      truth: 'The sample contradicts the text. Without the options Linux negotiates up to 1 MiB by itself.',
      source: 'nfs-utils: nfs(5), rsize and wsize',
      errata: ['X26'],
      guideParams: { full: 16384 },
    },
  ],
  needs: {
    held: ({ host, guests }) => guestNfsMounts(host.mounts, guests),
    fstab: ({ host }) => ifKnown(host.fstab),
  },
  check({ held, fstab }, { params }) {
    if (held.length === 0) return notApplicable('no guest has a disk on NFS');
    const judged = held.map(({ mount, guests }) => {
      const entry = fstab?.find(({ fields }) => fields[1] === mount.target && (fields[2] ?? '').startsWith('nfs'));
      const asked = new Set((entry?.fields[3] ?? '').split(',').map(word => word.replace(/=.*/, '')));
      const found = sizes.map(name => ({
        name,
        size: Number(mount.options.get(name) ?? Number.NaN),
        isSet: asked.has(name),
      }));
      const small = found.filter(({ size }) => size < params.least);
      const set = found.filter(({ size, isSet }) => size < params.full && isSet);
      return { mount, guests, entry, small, set, isTold: found.every(({ size }) => Number.isFinite(size)) };
    });
    const wrong = judged.filter(({ small, set }) => small.length > 0 || set.length > 0);
    const [first] = wrong;
    if (first === undefined) {
      const untold = judged.find(({ isTold }) => !isTold);
      return untold === undefined
        ? good
        : undecided(`the mount table does not tell rsize and wsize of ${untold.mount.target}`, 'nfsstat -m');
    }
    const isSmall = wrong.some(({ small }) => small.length > 0);
    const say = ({ small, set }: typeof first): string =>
      (small.length > 0 ? small : set).map(({ name, size }) => `${name} ${size}`).join(', ');
    return bad(`${first.mount.target} is mounted with ${say(first)}`, {
      severity: isSmall ? 'warning' : 'info',
      wants: isSmall
        ? `at least ${params.least}, best what is negotiated`
        : 'no rsize and wsize, which lets them be negotiated',
      so: 'large reads and writes of guests take many round trips',
      parts: wrong.map(one => ({
        key: one.mount.target,
        saw: `${say(one)}, disks of ${listNames(one.guests)}`,
        evidence: [mountEvidence(one.mount)],
      })),
      ...(wrong.some(({ set, entry }) => set.length > 0 && entry !== undefined)
        ? {
            fix: wrong.flatMap(({ mount: { target }, entry, set }) => {
              const words = (entry?.fields[3] ?? '').split(',');
              const given = words.filter(word => set.some(({ name }) => word.startsWith(`${name}=`)));
              return given.length === 0 ? [] : [setMountEntryOptions(target, given, [])];
            }),
          }
        : {}),
      otherwise: wrong
        .map(({ mount: { target }, entry, set }) =>
          set.length > 0 && entry !== undefined
            ? `Before the next boot: shut the guests on ${target} down; umount ${target} && mount ${target}.`
            : `Mount ${target} anew with rsize=${params.full},wsize=${params.full} while its guests are off; where that changes nothing, the server sets the limit.`,
        )
        .join(' '),
    });
  },
  examples: [
    {
      name: 'the guide’s sample',
      files: mounted('rsize=8192,wsize=8192,'),
      expect: 'bad',
      severity: 'warning',
      fixes: [],
    },
    { name: 'negotiated to the full', files: mounted('rsize=1048576,wsize=1048576,'), expect: 'good' },
    { name: 'half of it, as the server gives no more', files: mounted('rsize=524288,wsize=524288,'), expect: 'good' },
    {
      name: 'set in fstab to less than could be',
      files: { ...mounted('rsize=65536,wsize=65536,'), ...inFstab('rw,hard,rsize=65536,wsize=65536') },
      expect: 'bad',
      severity: 'info',
    },
    {
      name: 'the same by the letter of the guide',
      files: { ...mounted('rsize=65536,wsize=65536,'), ...inFstab('rw,hard,rsize=65536,wsize=65536') },
      policy: 'guide',
      expect: 'good',
    },
    { name: 'exactly 16384', files: mounted('rsize=16384,wsize=16384,'), expect: 'good' },
    { name: 'one less', files: mounted('rsize=15360,wsize=1048576,'), expect: 'bad', severity: 'warning' },
    { name: 'disks on a local file system', expect: 'not-applicable' },
    { name: 'the table does not say', files: mounted(''), expect: 'unknown' },
    { name: 'mounts not readable', files: { '/proc/self/mounts': 'denied' }, expect: 'unknown' },
  ],
});
