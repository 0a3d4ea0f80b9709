import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { disksOnBases } from '#model/derived/disks-on-bases';
import { isSameGuest } from '#model/derived/same-guest';
import { known } from '#model/known';

const base = '/var/lib/libvirt/images/sle15_base.qcow2';
const disk = (source: string, more = ''): string =>
  `<devices><disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='${source}'/>${more}<target dev='vda' bus='virtio'/></disk></devices>`;
const overlay = {
  name: 'web1',
  xml: disk(
    '/var/lib/libvirt/images/web1.qcow2',
    `<backingStore type='file'><format type='qcow2'/><source file='${base}'/><backingStore/></backingStore>`,
  ),
};

export default defineRule({
  id: 'image/backing-not-modified',
  subject: 'disk',
  guide: ['5.2'],
  severity: 'error',
  says: 'No guest writes to an image that others stand on.',
  because:
    'An overlay holds differences to its base: when the base changes, every guest above it sees a mixture of old and new, and its file systems break without a word.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 5.2: never modify the backing image' },
    { grade: 'documented', at: 'QEMU: qemu-img(1), create -b; libvirt: kbase/backing_chains' },
  ],
  intents: {},
  params: {},
  costs: ['A guest that wrote to the base gets an overlay of its own.'],
  needs: {
    disk: ({ disk: one }) => known(one, one.at),
    bases: ({ guests }) => disksOnBases(guests),
    guest: ({ guest }) => known(guest),
  },
  check({ disk: one, bases, guest }) {
    const { source, target } = one;
    if (source === undefined || (one.device !== 'disk' && one.device !== 'lun'))
      return notApplicable('it is no image on this host');
    if (one.isReadOnly || one.isTransient) return notApplicable('nothing is written to it');
    const [first, ...more] = (bases.above.get(source) ?? []).filter(
      ({ disk: other, guest: its }) => other !== one && (its === guest || !isSameGuest(its, guest)),
    );
    if (first === undefined) {
      return bases.isOpen
        ? undecided('what images stand on others was not looked at', 'qemu-img info -U --backing-chain, or check --run')
        : good;
    }
    const who = `${first.guest.name}${more.length === 0 ? '' : ` and ${more.length} more`}`;
    return bad(`it writes to ${source} (${target}), which the disk ${first.disk.target} of ${who} stands on`, {
      wants: 'a base that nothing writes to',
      so: 'what it writes breaks the file systems of the guests above',
      evidence: [first.disk.at],
      otherwise: `Shut ${guest.name} down. Give it an overlay of its own: qemu-img create -f qcow2 -b ${source} -F ${one.format ?? 'raw'} ${source}.${guest.name}; virsh edit ${guest.name}: that path; chmod a-w ${source}. Check the file systems of ${who}: they may be damaged already.`,
    });
  },
  examples: [
    { name: 'the base of another guest', guest: disk(base), others: [overlay], expect: 'bad', severity: 'error' },
    { name: 'the same, read-only', guest: disk(base, '<readonly/>'), others: [overlay], expect: 'not-applicable' },
    { name: 'raw images of their own', guest: disk('/srv/a.raw').replace('qcow2', 'raw'), expect: 'good' },
    { name: 'an overlay', guest: overlay.xml, expect: 'good' },
    { name: 'nobody knows what stands on what', guest: disk(base), expect: 'unknown' },
  ],
});
