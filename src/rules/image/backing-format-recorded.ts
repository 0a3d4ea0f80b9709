import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { asFact, ifKnown, known } from '#model/known';
import { isInRange } from '#units/version';

const file = '/var/lib/libvirt/images/g.qcow2';
const disk = (below = '', format = 'qcow2'): string =>
  `<devices><disk type='file' device='disk'><driver name='qemu' type='${format}'/><source file='${file}'/>${below}<target dev='vda' bus='virtio'/></disk></devices>`;
const inXml =
  "<backingStore type='file'><format type='qcow2'/><source file='/srv/base'/><backingStore/></backingStore>";
const told = (recorded: string | undefined, base = 'qcow2'): Readonly<Record<string, string>> => ({
  [`qemu-img info --force-share --output=json --backing-chain -f qcow2 -- ${file}`]: JSON.stringify([
    {
      filename: file,
      format: 'qcow2',
      'backing-filename': '/srv/base',
      ...(recorded === undefined ? {} : { 'backing-filename-format': recorded }),
    },
    { filename: '/srv/base', format: base },
  ]),
});
const alone = {
  [`qemu-img info --force-share --output=json --backing-chain -f qcow2 -- ${file}`]: JSON.stringify([
    { filename: file, format: 'qcow2' },
  ]),
};

export default defineRule({
  id: 'image/backing-format-recorded',
  subject: 'disk',
  guide: ['5.2'],
  severity: 'error',
  says: 'An overlay records the format of the image below it.',
  because:
    'Where the format is not recorded it would have to be guessed from what a guest may have written there, and so libvirt refuses the disk.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 5.2' },
    { grade: 'documented', at: 'libvirt: NEWS 6.0.0 and 6.1.0, image format probing of backing files' },
    { grade: 'measured', at: 'QEMU 7.2: create -b without -F: Backing file specified without backing format' },
  ],
  intents: {},
  params: {},
  costs: ['The guest is off while the overlay is rewritten; a wrong format damages what is seen through it.'],
  departs: [
    {
      guideSays: 'qemu-img create -b BASE -f qcow2 OVERLAY makes an overlay.',
      truth: 'Since QEMU 6.1 this is refused: -F with the format of the base is needed.',
      source: 'QEMU: about/removed-features.rst, 6.1',
      errata: ['X40'],
      guideCannot: 'QEMU refuses the command as printed; what an overlay records is judged',
    },
  ],
  needs: {
    disk: ({ disk: one }) => known(one, one.at),
    image: ({ disk: one }) => asFact(one.image),
    libvirt: ({ host }) => ifKnown(host.libvirt.version),
  },
  check({ disk: one, image, libvirt }) {
    if (one.format !== 'qcow2' && one.format !== 'qed') return notApplicable('the image has no layer below');
    if (image.state === 'unknown') return undecided(image.reason, image.remedy);
    if (image.state === 'absent') return notApplicable('there is no image');
    const { backing, backingFormat, backingPath, path } = image.value;
    if (backing === undefined && backingFormat === undefined && backingPath === undefined)
      return undecided('the layers below were not looked at', `qemu-img info -U -f ${one.format} ${path}`);
    const layers = [image.value, ...(backing ?? [])];
    if (layers.length === 1 && backingPath === undefined && backingFormat === undefined)
      return notApplicable('the image has no layer below');
    const at = layers.findIndex(
      (layer, index) => (layers[index + 1] ?? layer.backingPath) !== undefined && layer.backingFormat === undefined,
    );
    const [overlay, base] = [layers[at], layers[at + 1]];
    const basePath = base?.path ?? overlay?.backingPath;
    if (overlay === undefined || basePath === undefined) return good;
    const isInXml = one.backing[at]?.format !== undefined;
    // libvirt 6.1 takes a base that looks raw, and has nothing below, for raw
    const isTaken =
      libvirt !== undefined && isInRange(libvirt, '>=6.1') && base?.format === 'raw' && at + 2 === layers.length;
    return bad(`${overlay.path} does not record the format of ${basePath}`, {
      severity: isInXml || isTaken ? 'warning' : 'error',
      wants: 'a recorded format',
      so: isInXml
        ? 'only the XML names it'
        : isTaken
          ? 'libvirt takes it for raw'
          : 'libvirt refuses to start the guest',
      otherwise: `Ask who made ${basePath} for its format, do not probe it; then with the guest off: qemu-img rebase -u -f ${overlay.format} -b ${basePath} -F FORMAT ${overlay.path}`,
    });
  },
  examples: [
    { name: 'no format', guest: disk(), commands: told(undefined), expect: 'bad', severity: 'error' },
    { name: 'recorded', guest: disk(), commands: told('raw', 'raw'), expect: 'good' },
    { name: 'only in the XML', guest: disk(inXml), commands: told(undefined), expect: 'bad', severity: 'warning' },
    {
      name: 'a raw base with libvirt 6.1',
      guest: disk(),
      commands: told(undefined, 'raw'),
      libvirt: { version: '6.1.0' },
      expect: 'bad',
      severity: 'warning',
    },
    {
      name: 'a raw base with libvirt 6.0',
      guest: disk(),
      commands: told(undefined, 'raw'),
      libvirt: { version: '6.0.0' },
      expect: 'bad',
      severity: 'error',
    },
    { name: 'no overlay', guest: disk(), commands: alone, expect: 'not-applicable' },
    { name: 'raw', guest: disk('', 'raw'), expect: 'not-applicable' },
    { name: 'an image that nobody looked at', guest: { xml: disk(), isRunning: false }, expect: 'unknown' },
  ],
});
