import { type DomainPart, editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { clockFaults } from '#model/derived/clock-faults';
import { guestSystem } from '#model/derived/guest-system';
import { known, orAbsent } from '#model/known';

const os = (id: string): string =>
  `<metadata><libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'><libosinfo:os id='${id}'/></libosinfo:libosinfo></metadata>`;
const windows = os('http://microsoft.com/win/2k22');
const timers = "<timer name='rtc' tickpolicy='catchup'/><timer name='pit' tickpolicy='delay'/>";
const hpetOff = "<timer name='hpet' present='no'/>";
const hyperv = "<timer name='hypervclock' present='yes'/>";
const clock = (attributes: string, ...inside: readonly string[]): string =>
  `<clock ${attributes}>${inside.join('')}</clock>`;

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
    guest: ({ guest }) => known(guest.name),
  },
  check({ clock: found, system, guest }) {
    if (system === undefined)
      return undecided(
        'the XML does not name the operating system',
        `virt-xml ${guest} --edit --osinfo NAME, or <libosinfo:os id=…/> in its metadata`,
      );
    if (system === 'other') return notApplicable('neither Linux nor Windows');
    const faults = clockFaults(found ?? {}, system);
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
        ...(isClockWrong && edits.every(({ key }) => key !== 'offset')
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
