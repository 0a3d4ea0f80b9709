import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { ifKnown, known } from '#model/known';

const file = '/var/lib/libvirt/images/g.img';
const disk = (format: string, more = '', device = 'disk'): string =>
  `<devices><disk type='file' device='${device}'><driver name='qemu' type='${format}'/><source file='${file}'/><target dev='vda' bus='virtio'/>${more}</disk></devices>`;
/** What the pool that holds it takes the image for. */
const looksLike = (format: string) => ({
  volumes: {
    [file]: `<volume type='file'><name>g.img</name><capacity>1073741824</capacity><target><path>${file}</path><format type='${format}'/></target></volume>`,
  },
});
const told = {
  [`qemu-img info --force-share --output=json --backing-chain -f qcow2 -- ${file}`]: JSON.stringify([
    { filename: file, format: 'qcow2' },
  ]),
};

/** Formats that QEMU only reads, or writes at the risk of the data; qemu-img(1) and QEMU: system/images. */
const readOnly = new Set(['bochs', 'cloop', 'dmg', 'fat', 'vvfat', 'parallels']);
/** What a look at the first bytes calls an image that it knows nothing of. */
const saysNothing = new Set(['none', 'auto', 'unknown', 'iso', 'dir', 'luks', 'extended', 'fat']);

export default defineRule({
  id: 'image/format',
  subject: 'disk',
  guide: ['5.1', '5.1.1', '5.1.2', '5.1.4'],
  severity: 'warning',
  says: 'The disk is an image of format raw or qcow2, and is what the definition says.',
  because:
    'QEMU is made fast and safe for raw and qcow2; other formats are for exchange. A qcow2 image declared raw is overwritten from its first byte.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 5.1' },
    {
      grade: 'documented',
      at: 'QEMU: system/images, Disk image file formats; qemu-img(1), Notes: formats for reading',
    },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {
    database: { level: 'should', want: 'raw' },
    latency: { level: 'should', want: 'raw' },
  },
  params: {},
  costs: [
    'The guest is off while the image is converted, and the old one takes room until it is deleted.',
    'raw has no snapshots, no layers and no compression inside the image.',
  ],
  departs: [
    {
      guideSays: 'A raw image occupies all of its space at once.',
      truth: 'A raw file is sparse unless it is allocated on purpose: it grows as the guest writes.',
      source: 'qemu-img(1), create, preallocation of raw; stat(1) of such a file',
      errata: ['X36'],
      guideSame: 'room that a raw image takes is not what is judged here',
    },
  ],
  needs: {
    disk: ({ disk: one }) => known(one, one.at),
    image: ({ disk: one }) => ifKnown(one.image),
    guest: ({ guest }) => known(guest.name),
  },
  check({ disk: one, image, guest }, { intents }) {
    const { device, source = one.target, protocol } = one;
    if (device === 'cdrom' || device === 'floppy') return notApplicable(`a ${device}`);
    const format = one.format ?? 'raw';
    if (format === 'qed') return notApplicable('qed is judged by image/qed-deprecated');
    const found = image?.format;
    if (found !== undefined && found !== format && !saysNothing.has(found) && one.encryption === undefined) {
      return bad(`${source} is declared ${format} and looks like ${found}`, {
        severity: 'error',
        wants: 'one of the two, by who made the image',
        so:
          format === 'raw'
            ? 'the guest sees the image’s own tables as its disk and overwrites them, or it wrote such a header there to read files of the host'
            : 'the guest does not start',
        otherwise: `Ask who made the image; do not believe the header, which the guest may have written. If it is ${found}: with the guest off virsh edit ${guest}, driver type='${found}'.`,
      });
    }
    const convert = (to: string): string =>
      `With the guest off: qemu-img convert -p -f ${format} -O ${to} ${source} ${source}.${to}; qemu-img compare -f ${format} -F ${to} ${source} ${source}.${to}; then virsh edit ${guest}: driver type='${to}' and the new path.`;
    if (format !== 'raw' && format !== 'qcow2') {
      const isRisky = readOnly.has(format) && !one.isReadOnly;
      return bad(`${source} has the format ${format}`, {
        severity: isRisky ? 'error' : 'warning',
        wants: 'raw, or qcow2 for snapshots and layers',
        so: isRisky ? 'QEMU does not write to it, or loses what is written' : 'it is slower, and less cared for',
        otherwise: convert('qcow2'),
      });
    }
    const isQuick = intents.includes('database') || intents.includes('latency');
    if (!isQuick || format === 'raw' || protocol !== undefined) return good;
    const { backing, snapshots } = image ?? {};
    if (backing === undefined || snapshots === undefined)
      return undecided('whether it uses what only qcow2 has', `qemu-img info -U -f qcow2 ${source}`);
    if (backing.length > 0 || snapshots > 0) return good;
    return bad(`${source} is qcow2`, {
      severity: 'hint',
      wants: 'raw, where snapshots are made elsewhere',
      so: 'tables are read and written beside the data',
      otherwise: convert('raw'),
    });
  },
  examples: [
    { name: 'vmdk', guest: disk('vmdk'), expect: 'bad', severity: 'warning' },
    { name: 'dmg, for writing', guest: disk('dmg'), expect: 'bad', severity: 'error' },
    { name: 'dmg, for reading', guest: disk('dmg', '<readonly/>'), expect: 'bad', severity: 'warning' },
    { name: 'qcow2', expect: 'good' },
    { name: 'raw', guest: disk('raw'), expect: 'good' },
    {
      name: 'qcow2 for a database',
      guest: disk('qcow2'),
      commands: told,
      intents: ['database'],
      expect: 'bad',
      severity: 'hint',
    },
    { name: 'qcow2 for a database that nobody looked into', intents: ['database'], expect: 'unknown' },
    {
      name: 'declared raw, taken for qcow2 by its pool',
      guest: disk('raw'),
      libvirt: looksLike('qcow2'),
      expect: 'bad',
      severity: 'error',
    },
    { name: 'as its pool sees it', guest: disk('raw'), libvirt: looksLike('raw'), expect: 'good' },
    { name: 'raw for a database', guest: disk('raw'), intents: ['database'], expect: 'good' },
    { name: 'qed', guest: disk('qed'), expect: 'not-applicable' },
    { name: 'a CD', guest: disk('raw', '', 'cdrom'), expect: 'not-applicable' },
  ],
});
