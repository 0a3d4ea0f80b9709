import type { DomainPart } from '#change/domain/domain-part';
import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { type ClockFault, clockFaults } from '#model/derived/clock-faults';
import { guestSystem } from '#model/derived/guest-system';
import { registryValues } from '#model/guest-inside';
import { ifKnown, known, orAbsent } from '#model/known';

const os = (id: string): string =>
  `<metadata><libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'><libosinfo:os id='${id}'/></libosinfo:libosinfo></metadata>`;
const universal = {
  '/proc/version': null,
  'guest-get-osinfo': '{"id":"mswindows"}',
  ...Object.fromEntries(registryValues.map(([, key, value]) => [`reg query ${key} /v ${value}`, ''])),
  'reg query HKLM\\SYSTEM\\CurrentControlSet\\Control\\TimeZoneInformation /v RealTimeIsUniversal':
    '    RealTimeIsUniversal    REG_DWORD    0x1',
};
const windows = os('http://microsoft.com/win/2k22');
const timers = "<timer name='rtc' tickpolicy='catchup'/><timer name='pit' tickpolicy='delay'/>";
const hpetOff = "<timer name='hpet' present='no'/>";
const hyperv = "<timer name='hypervclock' present='yes'/>";
const clock = (attributes: string, ...inside: readonly string[]): string =>
  `<clock ${attributes}>${inside.join('')}</clock>`;

/** Clocks of which every reading is an exit to QEMU. */
const slowClocks: ReadonlySet<string> = new Set(['hpet', 'acpi_pm', 'pit', 'jiffies', 'refined-jiffies']);

export default defineRule({
  id: 'guest-boot/clock-timers',
  subject: 'guest',
  guide: [],
  beyond: 'clocks that drift or cost CPU time are set in the XML, and differently for each system',
  severity: 'warning',
  says: 'The clock and timers suit the system of the guest.',
  because:
    'A guest that polls an emulated HPET or RTC keeps a CPU of the host busy while idle, and one whose hardware clock is in the wrong zone is hours off after each boot.',
  sources: [
    { grade: 'documented', at: 'libvirt: formatdomain, clock, timer' },
    { grade: 'documented', at: 'QEMU: system/i386/hyperv.rst, hv-time' },
  ],
  when: { guestType: ['kvm'], guestArchitecture: 'x86' },
  intents: {},
  params: {},
  costs: ['The guest gets another source of time at its next start from off.'],
  needs: {
    clock: ({ guest }) => orAbsent(guest.config.clock),
    system: ({ guest }) => orAbsent(guestSystem(guest)),
    clocksource: ({ guest }) => ifKnown(guest.inside.clocksource),
    registry: ({ guest }) => ifKnown(guest.inside.registry),
    guest: ({ guest }) => known(guest.name),
  },
  check({ clock: found, system, clocksource, registry, guest }) {
    if (system === undefined)
      return undecided(
        'the XML does not name the operating system',
        `virt-xml ${guest} --edit --osinfo NAME, or <libosinfo:os id=…/> in its metadata`,
      );
    if (system === 'other') return notApplicable('neither Linux nor Windows');
    // Windows that was told so takes the hardware clock for UTC
    const takesUtc = registry?.get('rtc-is-utc') === '1';
    const slow = slowClocks.has(clocksource?.current ?? '') ? clocksource : undefined;
    const faults: readonly ClockFault[] = [
      ...clockFaults(found ?? {}, system).filter(({ key }) => !(takesUtc && key === 'offset')),
      ...(slow === undefined
        ? []
        : [{ key: 'clocksource', saw: `${slow.current} as the clock in use in it`, severity: 'warning' } as const]),
    ];
    const [first] = faults;
    if (first === undefined) return good;
    const edits = faults.filter(({ path, after }) => path !== undefined && after !== undefined);
    const inside = edits.map(({ after = '' }) => after).join('');
    const parts = (side: 'before' | 'after'): DomainPart[] =>
      found === undefined
        ? [{ path: 'clock', content: side === 'before' ? undefined : `<clock offset='utc'>${inside}</clock>` }]
        : edits.map(edit => ({ path: edit.path ?? '', content: edit[side] }));
    const isClockWrong = faults.some(({ key }) => key === 'offset');
    return bad(
      faults.length === 1
        ? `it has ${first.saw}`
        : `${faults.length} things of its clock do not suit ${system === 'linux' ? 'Linux' : 'Windows'}`,
      {
        severity: faults.some(({ severity }) => severity === 'warning') ? 'warning' : 'hint',
        wants: system === 'windows' ? 'local time, hypervclock, no HPET' : 'UTC, RTC catchup, PIT delay, no HPET',
        parts: faults.map(({ key, saw }) => ({ key, saw })),
        ...(edits.length > 0 ? { fix: [editDomain(guest, parts('before'), parts('after'))] } : {}),
        ...(slow !== undefined
          ? {
              otherwise: `In the guest: why it left its first clock stands in dmesg | grep -i clocksource; back: echo ${slow.available.find(name => !slowClocks.has(name)) ?? 'tsc'} > /sys/devices/system/clocksource/clocksource0/current_clocksource.`,
            }
          : {}),
        ...(slow === undefined && isClockWrong && edits.every(({ key }) => key !== 'offset')
          ? {
              otherwise:
                system === 'windows'
                  ? `virsh edit ${guest}: <clock offset='localtime'>; or leave it where the guest has RealTimeIsUniversal set: reg query HKLM\\SYSTEM\\CurrentControlSet\\Control\\TimeZoneInformation.`
                  : `virsh edit ${guest}: <clock offset='utc'>.`,
            }
          : {}),
      },
    );
  },
  examples: [
    {
      name: 'Windows in UTC without hypervclock',
      guest: `${windows}${clock("offset='utc'", timers, hpetOff)}`,
      expect: 'bad',
      severity: 'warning',
      fixes: ['domain-xml'],
    },
    { name: 'Windows', guest: `${windows}${clock("offset='localtime'", hyperv, hpetOff)}`, expect: 'good' },
    {
      name: 'Windows in a named zone',
      guest: `${windows}${clock("offset='timezone' timezone='Europe/Berlin'", hyperv, hpetOff)}`,
      expect: 'good',
    },
    {
      name: 'Windows in UTC, which its registry may allow for',
      guest: `${windows}${clock("offset='utc'", hyperv, hpetOff)}`,
      expect: 'bad',
      severity: 'hint',
    },
    { name: 'Linux', expect: 'good' },
    {
      name: 'Linux that fell back to a slow clock',
      guest: {
        xml: '',
        inside: { '/sys/devices/system/clocksource/clocksource0/current_clocksource': 'acpi_pm' },
      },
      expect: 'bad',
      severity: 'warning',
      fixes: [],
    },
    {
      name: 'Windows in UTC, which its registry allows for',
      guest: {
        xml: `${windows}${clock("offset='utc'", hyperv, hpetOff)}`,
        inside: universal,
      },
      expect: 'good',
    },
    {
      name: 'Linux in local time',
      guest: clock("offset='localtime'", timers, hpetOff),
      expect: 'bad',
      severity: 'warning',
      fixes: ['domain-xml'],
    },
    { name: 'Linux with an HPET', guest: clock("offset='utc'", timers), expect: 'bad', severity: 'hint' },
    {
      name: 'Linux without a clock in its XML',
      guest: { xml: '', without: ['clock'] },
      expect: 'bad',
      fixes: ['domain-xml'],
    },
    {
      name: 'kvmclock switched off',
      guest: clock("offset='utc'", timers, hpetOff, "<timer name='kvmclock' present='no'/>"),
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'FreeBSD', guest: os('http://freebsd.org/freebsd/14.0'), expect: 'not-applicable' },
    { name: 'a system that nobody names', guest: { xml: '', without: ['metadata'] }, expect: 'unknown' },
  ],
});
