import { defineGate } from '#check/define-gate';

export default defineGate({
  id: 'guest-boot/machine-type-windows-snapshot',
  subject: 'guest',
  guide: ['6.5'],
  severity: 'error',
  says: 'A Windows guest is copied before its machine type, firmware or disk bus changes.',
  because:
    'Windows takes another machine type for other hardware: it looks for drivers anew, may ask to be activated again, and at worst does not boot.',
  gate: 'for a plan that changes machine, firmware or bus of a Windows guest there is a backup or snapshot made since it was last started, of the disks, the definition and the NVRAM. Without it the change is not applied. From i440fx to q35 no plan goes by itself.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 6.5: snapshot or back up Windows guests first' },
    { grade: 'documented', at: 'libvirt: virsh(1), snapshot-create-as --disk-only --atomic; backup-begin' },
  ],
  intents: {},
  params: {},
  costs: ['Room for the copy until the guest is known to work.'],
});
