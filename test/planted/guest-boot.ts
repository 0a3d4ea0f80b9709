import { type Planted, put, set, system } from './planted.js';

const windows = system('microsoft.com/win/2k22');
const clock = (attributes: string, ...timers: readonly string[]) =>
  put('/clock', `<clock ${attributes}>${timers.map(timer => `<timer ${timer}/>`).join('')}</clock>`);
const local = clock("offset='localtime'", "name='hypervclock' present='yes'", "name='hpet' present='no'");
const hyperv = [
  "relaxed state='on'",
  "vapic state='on'",
  "spinlocks state='on' retries='8191'",
  "vpindex state='on'",
  "runtime state='on'",
  "synic state='on'",
  "stimer state='on'",
  "frequencies state='on'",
  "tlbflush state='on'",
  "ipi state='on'",
];
const allOfHyperv = put(
  '/features',
  `<features><acpi/><apic/><hyperv mode='custom'>${hyperv.map(one => `<${one}/>`).join('')}</hyperv></features>`,
);

/** Faults of machine types, ACPI, clocks. */
export const guestBoot: readonly Planted[] = [
  {
    rule: 'guest-boot/acpi-enabled',
    fault: 'no features',
    severity: 'warning',
    fail: [{ do: 'remove', at: '/domain/features' }],
  },
  {
    rule: 'guest-boot/clock-timers',
    fault: 'Windows in UTC without hypervclock',
    severity: 'warning',
    both: [windows, allOfHyperv],
    fail: [clock("offset='utc'", "name='rtc' tickpolicy='catchup'", "name='hpet' present='no'")],
    pass: [local],
    // stimer needs the clock that is missing
    beside: ['guest-boot/windows-enlightenments'],
  },
  {
    rule: 'guest-boot/windows-enlightenments',
    fault: 'Windows, none',
    severity: 'warning',
    both: [windows, local],
    fail: [],
    pass: [allOfHyperv],
  },
  {
    rule: 'guest-boot/machine-type-current',
    fault: 'pc-q35-4.2 on a newer QEMU',
    severity: 'hint',
    fail: [set('/os/type', 'machine', 'pc-q35-4.2')],
  },
  {
    rule: 'guest-boot/machine-type-deprecated',
    fault: 'pc-i440fx-1.7',
    severity: 'warning',
    fail: [set('/os/type', 'machine', 'pc-i440fx-1.7')],
  },
];
