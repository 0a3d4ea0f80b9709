import { editPlaces, type PlaceEdit } from '#change/recipes/edit-places';
import { defineRule } from '#check/define-rule';
import { bad, good, undecided } from '#check/verdict';
import { guestSystem } from '#model/derived/guest-system';
import { ifKnown, known, mapKnown, orAbsent } from '#model/known';
import { isInRange } from '#units/version';

/** What Windows profits from, and the libvirt that can switch it on. */
const wanted = (
  [
    ['1.0', ['relaxed']],
    ['1.1', ['vapic', 'spinlocks']],
    ['1.3.3', ['vpindex', 'runtime', 'synic', 'stimer']],
    ['4.7', ['frequencies', 'tlbflush']],
    ['4.10', ['ipi']],
  ] as const
).flatMap(([since, names]) => names.map(name => [name, since] as const));
/** What does not start without another (QEMU: target/i386/kvm/kvm.c, kvm_hyperv_properties). */
const depends: readonly (readonly [name: string, on: string])[] = [
  ...['synic', 'tlbflush', 'ipi'].map(name => [name, 'vpindex'] as const),
  ['stimer', 'synic'],
  ['evmcs', 'vapic'],
];
const elementOf = (name: string): string =>
  name === 'spinlocks' ? "<spinlocks state='on' retries='8191'/>" : `<${name} state='on'/>`;

const windows =
  "<metadata><libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'><libosinfo:os id='http://microsoft.com/win/2k22'/></libosinfo:libosinfo></metadata><clock offset='localtime'><timer name='hypervclock' present='yes'/></clock>";
const hyperv = (names: readonly string[], attributes = ''): string =>
  `${windows}<features><acpi/><apic/><hyperv ${attributes}>${names.map(elementOf).join('')}</hyperv></features>`;
const all: readonly string[] = wanted.map(([name]) => name);
const without = (...names: readonly string[]): readonly string[] => all.filter(name => !names.includes(name));

export default defineRule({
  id: 'guest-boot/windows-enlightenments',
  subject: 'guest',
  guide: [],
  beyond: 'Windows has its own paravirtual interfaces, and a plain guest is told of none',
  severity: 'warning',
  says: 'Windows is told that it runs on a hypervisor.',
  because:
    'Without the Hyper-V interfaces Windows polls emulated timers and spins on locks of vCPUs that do not run: an idle guest burns CPU time of the host.',
  sources: [
    { grade: 'documented', at: 'QEMU: system/i386/hyperv.rst' },
    { grade: 'documented', at: 'libvirt: formatdomain, features/hyperv, with the version of each' },
  ],
  when: { guestType: ['kvm'], guestArchitecture: 'x86' },
  intents: {},
  params: { leastRetries: { default: 4095, unit: 'retries', why: 'libvirt refuses fewer' } },
  costs: ['All hosts that the guest migrates to must offer the same.'],
  scope: {
    says: 'Windows guests',
    holds: ({ guest }) => mapKnown(guestSystem(guest), system => system === 'windows'),
  },
  needs: {
    features: ({ guest }) => orAbsent(guest.config.features),
    clock: ({ guest }) => orAbsent(guest.config.clock),
    capabilities: ({ host }) => ifKnown(host.libvirt.domainCapabilities),
    libvirt: ({ host }) => ifKnown(host.libvirt.version),
    guest: ({ guest }) => known(guest.name),
  },
  check({ features, clock, capabilities = [], libvirt, guest }, { intents, params }) {
    const has = new Set(features?.hyperv ?? []);
    const offered = capabilities.find(one => one.domainType === 'kvm')?.enums.get('hyperv.features');
    const missing = wanted
      .filter(([name, since]) =>
        offered === undefined ? libvirt === undefined || isInRange(libvirt, `>=${since}`) : offered.includes(name),
      )
      .map(([name]): string => name)
      .filter(name => !has.has(name));
    const isOn = (name: string): readonly PlaceEdit[] => [
      [`features/hyperv/${name}/@state`, undefined, 'on'],
      ...(name === 'spinlocks' ? [['features/hyperv/spinlocks/@retries', undefined, '8191'] as const] : []),
    ];
    if (features?.hypervMode === 'passthrough') {
      if (!intents.includes('migratable')) return good;
      return bad('it gets all Hyper-V interfaces of this host, and is to migrate', {
        severity: 'error',
        wants: "mode='custom' with each named",
        so: 'it cannot go to a host that offers others',
        fix: [editPlaces(guest, [['features/hyperv/@mode', 'passthrough', 'custom'], ...missing.flatMap(isOn)])],
      });
    }
    const timer = clock?.timers.find(({ name }) => name === 'hypervclock');
    const retries = features?.spinlockRetries ?? params.leastRetries;
    const isHasty = has.has('spinlocks') && retries < params.leastRetries;
    const broken = [
      ...depends.flatMap(([name, on]) => (has.has(name) && !has.has(on) ? [`${name} without ${on}`] : [])),
      ...(has.has('stimer') && timer?.isPresent !== true ? ['stimer without the timer hypervclock'] : []),
      ...(isHasty ? [`spinlocks with ${retries} retries`] : []),
    ];
    if (broken.length === 0 && offered === undefined && libvirt === undefined)
      return undecided('what this libvirt offers to Windows', 'virsh domcapabilities');
    if (missing.length === 0 && broken.length === 0) return good;
    const needed = [
      ...new Set([...missing, ...depends.flatMap(([name, on]) => (has.has(name) && !has.has(on) ? [on] : []))]),
    ];
    const needsClock = timer?.isPresent !== true && (has.has('stimer') || needed.includes('stimer'));
    return bad(
      broken.length > 0
        ? `its Hyper-V interfaces do not go together: ${broken.join(', ')}`
        : `Windows is not told of ${missing.join(', ')}`,
      {
        severity: broken.length > 0 ? 'error' : 'warning',
        wants: [...new Set([...has, ...missing])].join(', '),
        so: broken.length > 0 ? 'it does not start' : 'it burns CPU time while idle',
        fix: [
          editPlaces(guest, [
            ...needed.flatMap(isOn),
            ...(isHasty ? [['features/hyperv/spinlocks/@retries', String(retries), '8191'] as const] : []),
            ...(needsClock
              ? [
                  // in the form of guest-boot/clock-timers: both may ask for it
                  timer === undefined
                    ? ([
                        "clock/timer[@name='hypervclock']",
                        undefined,
                        "<timer name='hypervclock' present='yes'/>",
                      ] as const)
                    : (["clock/timer[@name='hypervclock']/@present", 'no', 'yes'] as const),
                ]
              : []),
          ]),
        ],
      },
    );
  },
  examples: [
    { name: 'none', guest: windows, expect: 'bad', severity: 'warning', fixes: ['domain-xml'] },
    { name: 'the full set', guest: hyperv(all), expect: 'good' },
    { name: 'one is missing', guest: hyperv(without('ipi')), expect: 'bad', severity: 'warning' },
    {
      name: 'one that this libvirt has not',
      guest: hyperv(without('ipi')),
      libvirt: { version: '4.9.0' },
      expect: 'good',
    },
    { name: 'one that it has', guest: hyperv(without('ipi')), libvirt: { version: '4.10.0' }, expect: 'bad' },
    { name: 'synic without vpindex', guest: hyperv(without('vpindex')), expect: 'bad', severity: 'error' },
    {
      name: 'stimer without the Hyper-V clock',
      guest: hyperv(all).replace("name='hypervclock'", "name='rtc'"),
      expect: 'bad',
      severity: 'error',
    },
    { name: 'all of the host', guest: hyperv([], "mode='passthrough'"), expect: 'good' },
    {
      name: 'all of the host, to be migrated',
      guest: hyperv([], "mode='passthrough'"),
      intents: ['migratable'],
      expect: 'bad',
      severity: 'error',
    },
    { name: 'Linux', expect: 'not-applicable' },
    {
      name: 'features that cannot be read',
      guest: hyperv(all).replace("state='on'", "state='perhaps'"),
      expect: 'unknown',
    },
  ],
});
