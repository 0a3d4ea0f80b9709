import { defineGate } from '#check/define-gate';

export default defineGate({
  id: 'image/compression-with-encryption',
  subject: 'image',
  guide: ['5.1'],
  severity: 'error',
  says: 'An image is compressed or encrypted, not both.',
  because: 'QEMU refuses both at once, and encrypted data do not compress.',
  gate: 'image convert refuses a conversion that asks for both, before anything is written. It leaves no trace in an image by which one could be judged.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 5.1' },
    { grade: 'documented', at: 'QEMU: qemu-img(1), convert' },
    { grade: 'measured', at: 'QEMU 7.2: “Compression and encryption not supported at the same time”' },
  ],
  intents: {},
  params: {},
  costs: ['An encrypted image takes the room of its data.'],
  departs: [
    {
      guideSays: 'Compression (-c) cannot be joined with encryption (-e).',
      truth: 'They still exclude each other, but there is no -e: encryption is -o encrypt.format=luks with a secret.',
      source: 'QEMU: qemu-img(1), convert',
      errata: ['X35'],
      guideSame: 'both are refused together either way',
    },
  ],
});
