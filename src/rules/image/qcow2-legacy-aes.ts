import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { asFact, known } from '#model/known';

const file = '/var/lib/libvirt/images/g.qcow2';
const disk = (encryption = '', format = 'qcow2'): string =>
  `<devices><disk type='file' device='disk'><driver name='qemu' type='${format}'/><source file='${file}'>${encryption}</source><target dev='vda' bus='virtio'/></disk></devices>`;
const inXml = (format: string): string =>
  `<encryption format='${format}'><secret type='passphrase' uuid='0a81f5b2-8403-7b23-c8d6-21ccc2f80d6f'/></encryption>`;
const told = (encrypt?: string): Readonly<Record<string, string>> => ({
  [`qemu-img info --force-share --output=json --backing-chain -f qcow2 -- ${file}`]: JSON.stringify([
    {
      filename: file,
      format: 'qcow2',
      ...(encrypt === undefined
        ? {}
        : { encrypted: true, 'format-specific': { type: 'qcow2', data: { encrypt: { format: encrypt } } } }),
    },
  ]),
});

export default defineRule({
  id: 'image/qcow2-legacy-aes',
  subject: 'disk',
  guide: ['5.1.2'],
  severity: 'error',
  says: 'The image is not encrypted with the old AES of qcow2.',
  because:
    'Its key is the passphrase itself and its tables tell where data lie: it protects little, and neither libvirt nor QEMU starts a guest with it.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 5.1.2: built-in AES encryption is deprecated' },
    { grade: 'documented', at: 'libvirt: formatstorageencryption, qcow; NEWS 4.5.0: QCOW encryption is refused' },
    { grade: 'documented', at: 'QEMU: qemu-img(1), encrypt.format aes: only for data recovery; system emulator 2.9' },
  ],
  intents: {},
  params: {},
  costs: ['The guest is off while the image is converted, and a LUKS secret must be kept.'],
  departs: [
    {
      guideSays: 'qcow2 has zlib compression and AES encryption.',
      truth: 'Compression may be zstd too (QEMU 5.1); encryption is LUKS, and libvirt takes nothing else.',
      source: 'qemu-img(1), compression_type, encrypt.format',
      errata: ['X39'],
      guideSame: 'the guide calls it deprecated too; today the guest does not start',
    },
  ],
  needs: {
    disk: ({ disk: one }) => known(one, one.at),
    image: ({ disk: one }) => asFact(one.image),
    guest: ({ guest }) => known(guest.name),
  },
  check({ disk: one, image, guest }) {
    if (one.format !== 'qcow2') return notApplicable('the image is not qcow2');
    const facts = image.state === 'known' ? image.value : undefined;
    const path = facts?.path ?? one.source ?? one.target;
    const isInXml = one.encryption === 'qcow' || one.encryption === 'default';
    if (isInXml || facts?.encryption === 'aes') {
      return bad(`${path} is encrypted with the old AES of qcow2${isInXml ? ` (${one.encryption} in the XML)` : ''}`, {
        wants: 'LUKS',
        so: 'the guest does not start',
        otherwise: `With the guest off: qemu-img convert -p --object secret,id=old,file=OLD --object secret,id=new,file=NEW --image-opts -O qcow2 -o encrypt.format=luks,encrypt.key-secret=new driver=qcow2,file.filename=${path},encrypt.key-secret=old ${path}.luks; then virsh edit ${guest}: the new path and <encryption format='luks'> with a libvirt secret.`,
      });
    }
    if (one.encryption !== undefined || facts?.encryption !== undefined) return good;
    if (facts?.isEncrypted === false) return good;
    // libvirt asks for a secret: an encrypted image without one in the XML does not start
    return undecided('whether the image is encrypted was not looked at', `qemu-img info -U -f qcow2 ${path}`);
  },
  examples: [
    { name: 'aes', guest: disk(), commands: told('aes'), expect: 'bad', severity: 'error' },
    { name: 'qcow in the XML', guest: { xml: disk(inXml('qcow')), isRunning: false }, expect: 'bad' },
    { name: 'luks', guest: disk(inXml('luks')), commands: told('luks'), expect: 'good' },
    { name: 'not encrypted', guest: disk(), commands: told(), expect: 'good' },
    { name: 'raw', guest: disk('', 'raw'), expect: 'not-applicable' },
    { name: 'an image that nobody looked at', guest: { xml: disk(), isRunning: false }, expect: 'unknown' },
  ],
});
