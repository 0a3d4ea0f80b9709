import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import type { Image } from '#model/image';
import { asFact, known } from '#model/known';

const file = '/var/lib/libvirt/images/g.img';
const disk = (format: string): string =>
  `<devices><disk type='file' device='disk'><driver name='qemu' type='${format}'/><source file='${file}'/><target dev='vda' bus='virtio'/></disk></devices>`;
const told = (format: string, ...below: readonly string[]): Readonly<Record<string, string>> => ({
  [`qemu-img info --force-share --output=json --backing-chain -f ${format} -- ${file}`]: JSON.stringify(
    [format, ...below].map((each, at, all) => ({
      filename: at === 0 ? file : `/srv/base${at}`,
      format: each,
      'virtual-size': 1 << 30,
      ...(at + 1 < all.length ? { 'backing-filename': `/srv/base${at + 1}` } : {}),
    })),
  ),
});

export default defineRule({
  id: 'image/qed-deprecated',
  subject: 'disk',
  guide: ['5.1.3'],
  severity: 'warning',
  says: 'No layer of the image has the format qed.',
  because: 'qed is kept for old images only: nobody works on it, and distributions drop it or open it read-only.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 5.1.3' },
    { grade: 'documented', at: 'QEMU: docs/interop/qed_spec; qemu-img(1): supported for compatibility, use qcow2' },
  ],
  intents: {},
  params: {},
  costs: ['The guest is off while its image is converted, and the old image takes room until it is deleted.'],
  needs: {
    disk: ({ disk: one }) => known(one, one.at),
    image: ({ disk: one }) => asFact(one.image),
    guest: ({ guest }) => known(guest.name),
  },
  check({ disk: one, image, guest }) {
    if (one.device !== 'disk' && one.device !== 'lun') return notApplicable(`a ${one.device}`);
    if (image.state === 'absent') return notApplicable('there is no image');
    const facts: Image | undefined = image.state === 'known' ? image.value : undefined;
    const layers = [
      { format: facts?.format ?? one.format, path: facts?.path ?? one.source },
      ...(facts?.backing ?? one.backing.map(({ format, source }) => ({ format, path: source }))),
    ];
    const found = layers.find(({ format }) => format === 'qed');
    if (found !== undefined) {
      const { path = 'IMAGE' } = found;
      return bad(`${path} has the format qed`, {
        wants: 'qcow2',
        otherwise: `With the guest off: qemu-img convert -p -f qed -O qcow2 ${path} ${path}.qcow2; qemu-img compare -f qed -F qcow2 ${path} ${path}.qcow2; then virsh edit ${guest}: driver type='qcow2' and the new path.${found === layers[0] ? '' : ` Overlays on it: qemu-img rebase -u -b ${path}.qcow2 -F qcow2 OVERLAY.`}`,
      });
    }
    // raw, and what libvirt takes for raw, has no layers
    if ((one.format ?? 'raw') === 'raw' || facts?.backing !== undefined) return good;
    return image.state === 'unknown'
      ? undecided(image.reason, image.remedy)
      : undecided('the layers below the image were not looked at', `qemu-img info -U --backing-chain ${one.source}`);
  },
  examples: [
    { name: 'qed', guest: disk('qed'), expect: 'bad', severity: 'warning' },
    { name: 'qcow2', guest: disk('qcow2'), commands: told('qcow2'), expect: 'good' },
    { name: 'qcow2 on qed', guest: disk('qcow2'), commands: told('qcow2', 'qed'), expect: 'bad' },
    { name: 'raw', guest: disk('raw'), expect: 'good' },
    {
      name: 'a CD drive',
      guest: "<devices><disk type='file' device='cdrom'><target dev='sda' bus='sata'/><readonly/></disk></devices>",
      expect: 'not-applicable',
    },
    { name: 'an image that nobody looked at', guest: { xml: disk('qcow2'), isRunning: false }, expect: 'unknown' },
  ],
});
