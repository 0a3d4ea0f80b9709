import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import type { ImageFile } from '#model/host';
import { asFact, ifKnown, known } from '#model/known';
import { oncePer } from '#model/once-per';

const folder = '/var/lib/libvirt/images';
const file = `${folder}/g.qcow2`;
const disk = (format = 'qcow2'): string =>
  `<devices><disk type='file' device='disk'><driver name='qemu' type='${format}'/><source file='${file}'/><target dev='vda' bus='virtio'/></disk></devices>`;
/** An image of 10 GiB above bases of so many GiB. */
const told = (...bases: readonly number[]): Readonly<Record<string, string>> => ({
  [`qemu-img info --force-share --output=json --backing-chain -f qcow2 -- ${file}`]: JSON.stringify(
    [10, ...bases].map((size, at, all) => ({
      filename: at === 0 ? file : `/srv/base${at}`,
      format: 'qcow2',
      'virtual-size': size * 2 ** 30,
      ...(at + 1 < all.length ? { 'backing-filename': `/srv/base${at + 1}` } : {}),
    })),
  ),
});

/** Paths that were looked for and are not there. */
const missingOf = oncePer(
  (files: readonly ImageFile[]) => new Set(files.flatMap(({ path, isThere }) => (isThere ? [] : [path]))),
);

export default defineRule({
  id: 'image/backing-chain-intact',
  subject: 'disk',
  guide: ['5.2'],
  severity: 'error',
  says: 'Every layer of the image is where the layer above it says, and the chain is short.',
  because:
    'An overlay holds only what changed: without one of the layers below nothing of it can be read. Each layer is opened, cached and searched.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 5.2: do not change the path of the backing file' },
    { grade: 'documented', at: 'libvirt: kbase/backing_chains; at most 200 layers' },
    { grade: 'measured', at: 'QEMU 7.2: “Could not open BASE: No such file or directory”, and nothing is shown' },
  ],
  intents: {},
  params: {
    most: { default: 8, unit: 'layers', why: 'each costs a table cache and a look at every read' },
    many: { default: 4, unit: 'layers', why: 'a chain that grows: backups that do not commit' },
  },
  costs: ['Layers are merged with virsh blockcommit or blockpull while the guest runs: time and disk load.'],
  needs: {
    disk: ({ disk: one }) => known(one, one.at),
    image: ({ disk: one }) => asFact(one.image),
    files: ({ host }) => ifKnown(host.imageFiles),
    guest: ({ guest }) => known(guest.name),
  },
  check({ disk: one, image, files = [], guest }, { params }) {
    if (one.source === undefined) return notApplicable('the disk is no file or device of this host');
    const facts = image.state === 'known' ? image.value : undefined;
    const below = facts?.backing?.map(({ path }) => path) ?? one.backing.map(({ source }) => source ?? '');
    const missing = missingOf(files);
    const gone = [one.source, ...below].find(path => missing.has(path));
    if (gone !== undefined) {
      const isTop = gone === one.source;
      return bad(`${gone} is not there${isTop ? '' : `, and ${one.source} stands on it`}`, {
        severity: isTop && (one.device === 'cdrom' || one.device === 'floppy') ? 'warning' : 'error',
        wants: isTop ? 'the image, or another path in the definition' : 'the base at that path',
        so: 'the guest does not start',
        evidence: [{ from: `statfs ${gone}`, value: 'not there' }],
        otherwise: isTop
          ? `Is its file system mounted (findmnt -T ${gone})? Else bring the image back, or virsh edit ${guest}.`
          : `Bring it back to ${gone}. Where it was moved on purpose, and its content is the same for sure: qemu-img rebase -u -f qcow2 -b NEW -F FORMAT OVERLAY with the guest off; -u does not look at the content.`,
      });
    }
    if ((one.format ?? 'raw') === 'raw') return good;
    if (facts?.backing === undefined && one.backing.length === 0)
      return undecided(
        'the layers below the image were not looked at',
        `qemu-img info -U --backing-chain -f ${one.format} ${one.source}`,
      );
    const layers = below.length + 1;
    if (layers > params.many) {
      return bad(`${one.source} stands on ${below.length} layers`, {
        severity: layers > params.most ? 'warning' : 'info',
        wants: `at most ${params.many} layers`,
        so: 'each read may look into all of them',
        otherwise: `While ${guest} runs: virsh blockcommit ${guest} ${one.target} --active --pivot --verbose, or blockpull where the bases are shared.`,
      });
    }
    const sizes = [facts, ...(facts?.backing ?? [])].flatMap(layer => layer?.virtualSize ?? []);
    const [top = 0] = sizes;
    if (sizes.length < layers || sizes.every(size => size <= top)) return good;
    return bad(`${one.source} is smaller than a layer below it`, {
      severity: 'info',
      wants: 'at least the size of the base',
      so: 'the guest does not see the end of the base',
      otherwise: `If that was not meant: virsh blockresize ${guest} ${one.target} SIZE, or qemu-img resize with the guest off.`,
    });
  },
  examples: [
    {
      name: 'the base is gone',
      guest: disk(),
      commands: told(10),
      files: { '/srv/': '', '/srv/base1': null },
      expect: 'bad',
      severity: 'error',
    },
    {
      name: 'the image itself is gone',
      guest: { xml: disk('raw'), isRunning: false },
      files: { [`${folder}/`]: '', [file]: null },
      expect: 'bad',
      severity: 'error',
    },
    { name: 'a tree without images', guest: disk('raw'), files: { [file]: null }, expect: 'good' },
    { name: 'a base', guest: disk(), commands: told(10), expect: 'good' },
    { name: 'raw', guest: disk('raw'), expect: 'good' },
    { name: 'five layers', guest: disk(), commands: told(10, 10, 10, 10), expect: 'bad', severity: 'info' },
    {
      name: 'nine layers',
      guest: disk(),
      commands: told(10, 10, 10, 10, 10, 10, 10, 10),
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'smaller than its base', guest: disk(), commands: told(20), expect: 'bad', severity: 'info' },
    { name: 'layers that nobody looked at', guest: { xml: disk(), isRunning: false }, expect: 'unknown' },
  ],
});
