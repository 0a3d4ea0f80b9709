import { defineGate } from '#check/define-gate';

export default defineGate({
  id: 'libvirt-hygiene/backup-before-change',
  subject: 'host',
  guide: ['2.1'],
  severity: 'error',
  says: 'Nothing is changed before a copy of it is kept.',
  because: 'A change that went wrong is undone from what was there before, and memory is no copy.',
  gate: 'every file, definition, NVRAM and TPM state that a plan touches has a copy whose checksum is that of the object as it is now; for an image that is rewritten the guest is off and the room is there. Without it nothing is applied.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 2.1' },
    { grade: 'documented', at: 'libvirt: virsh(1), dumpxml --inactive --security-info; qemu-img(1), measure' },
    { grade: 'measured', at: 'libvirt 9.0: dumpxml without --security-info leaves out the password of a display' },
  ],
  intents: {},
  params: {
    room: {
      default: 1.05,
      unit: 'of what qemu-img measure tells',
      why: 'a converted image may come out a little larger',
    },
  },
  costs: ['Room for the copies.'],
  departs: [
    {
      guideSays: 'Back up configuration files and guests before you change them.',
      truth:
        'virsh dumpxml alone loses secrets, and the NVRAM and TPM state of a guest are not in its XML: they are files of their own.',
      source: 'libvirt: virsh(1), dumpxml; formatdomain, os/nvram and tpm',
      errata: ['X71'],
      guideSame: 'the guide asks for backups, without naming what they hold',
    },
  ],
});
