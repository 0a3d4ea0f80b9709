import { defineRule } from '#check/define-rule';
import { bad, good, type Part, undecided } from '#check/verdict';
import { runsSystem } from '#model/derived/runs-system';
import { virtioCount } from '#model/derived/virtio-count';
import { virtioPciIds, virtioVendor } from '#model/derived/virtio-pci-ids';
import { registryValues } from '#model/guest-inside';
import { asFact } from '#model/known';

const os =
  "<metadata><libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'><libosinfo:os id='http://microsoft.com/win/2k22'/></libosinfo:libosinfo></metadata>";
const driver = (device: number): string =>
  `{"driver-name":"Red Hat VirtIO","driver-version":"100.95","id":{"type":"pci","vendor-id":6900,"device-id":${device}}}`;
const all = `[${[4161, 4162, 4165, 4164].map(driver).join(',')}]`;
const registry = (set: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    registryValues.map(([name, key, value]) => [
      `reg query ${key} /v ${value}`,
      set[name] === undefined ? '' : `\r\n${key}\r\n    ${value}    REG_DWORD    0x${set[name]}\r\n`,
    ]),
  );
const windows = (more: Readonly<Record<string, string>>, drivers = all) => ({
  xml: os,
  inside: { '/proc/version': null, 'guest-get-osinfo': '{"id":"mswindows"}', 'guest-get-devices': drivers, ...more },
});

interface Item {
  readonly name: string;
  /** Values of the registry that mean background work. */
  readonly costly: readonly string[];
  readonly says: string;
  readonly command: string;
  /** Whether people at a desktop want it. */
  readonly isForDesktops: boolean;
}
const service = (name: string, unit: string, says: string, isForDesktops = false): Item => ({
  name,
  costly: ['2'],
  says: `${says} (${unit}) starts by itself`,
  command: `sc config ${unit} start= disabled & sc stop ${unit}`,
  isForDesktops,
});
const items: readonly Item[] = [
  {
    name: 'screensaver',
    costly: ['1'],
    says: 'the screen saver of the logon screen is on',
    command: 'reg add "HKU\\.DEFAULT\\Control Panel\\Desktop" /v ScreenSaveActive /d 0 /f',
    isForDesktops: true,
  },
  {
    name: 'visual-effects',
    costly: ['0', '1'],
    says: 'visual effects are on',
    command:
      'reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\VisualEffects /v VisualFXSetting /t REG_DWORD /d 2 /f',
    isForDesktops: true,
  },
  service('search-indexing', 'WSearch', 'indexing of files', true),
  service('superfetch', 'SysMain', 'prefetching into memory'),
  service('defragmentation', 'defragsvc', 'defragmentation'),
  service('print-spooler', 'Spooler', 'the print spooler', true),
  service('themes', 'Themes', 'the service for themes', true),
  {
    name: 'hibernation',
    costly: ['1'],
    says: 'hibernation is on, with a file as large as memory',
    command: 'powercfg /hibernate off',
    isForDesktops: false,
  },
];

export default defineRule({
  id: 'guest-boot/windows-guest-minimal',
  subject: 'guest',
  guide: ['6.4'],
  severity: 'hint',
  says: 'A Windows guest does little in the background, and has the drivers of its paravirtual devices.',
  because:
    'Indexing, prefetching and effects are made for one user at one disk; in each of many guests they cost CPU time and I/O of all.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 6.4' },
    {
      grade: 'documented',
      at: 'Microsoft: Optimizing Windows for Virtual Desktop Infrastructure, services and settings',
    },
    { grade: 'specified', at: 'Virtual I/O Device (VIRTIO) 1.2, 4.1.2: PCI device discovery' },
  ],
  intents: { desktop: { level: 'neutral' } },
  params: {},
  costs: ['Searching for files is slower without an index; each service switched off is one that somebody may miss.'],
  departs: [
    {
      guideSays: 'Check Microsoft’s page on Windows 7; disable system updates if they are not needed.',
      truth:
        'Windows 7 is without support since January 2020. A guest without updates is a risk: schedule them rather than turn them off.',
      source: 'Microsoft: Windows 7 support ended on January 14, 2020',
      errata: ['X45'],
      guideCannot: 'switching updates off is never asked for: a guest without them is open to what is known',
    },
  ],
  scope: { says: 'Windows guests', holds: ({ guest }) => runsSystem(guest, 'windows') },
  needs: {
    registry: ({ guest }) => asFact(guest.inside.registry),
    drivers: ({ guest }) => asFact(guest.inside.drivers),
    expected: ({ guest }) => virtioCount(guest.config),
  },
  check({ registry: values, drivers, expected }, { intents }) {
    const bound = drivers.state === 'known' ? drivers.value.filter(({ vendor }) => vendor === virtioVendor) : undefined;
    const without = expected.filter(
      ({ type, count }) => count > 0 && bound?.some(({ device }) => virtioPciIds.get(type)?.includes(device)) === false,
    );
    const told = values.state === 'known' ? values.value : undefined;
    const wrong = items.filter(
      ({ name, costly, isForDesktops }) =>
        costly.includes(told?.get(name) ?? '') && !(isForDesktops && intents.includes('desktop')),
    );
    const parts: readonly Part[] = [
      ...without.map(({ type, name }) => ({ key: `driver-${type}`, saw: `no virtio driver for its ${name}` })),
      ...wrong.map(({ name, says }) => ({ key: name, saw: says })),
    ];
    const [first] = parts;
    if (first === undefined) {
      const lack = drivers.state === 'unknown' ? drivers : values.state === 'unknown' ? values : undefined;
      return lack === undefined ? good : undecided(lack.reason, lack.remedy);
    }
    return bad(parts.length === 1 ? first.saw : `${parts.length} things in it cost work, or lack a driver`, {
      severity: without.length > 0 ? 'warning' : 'hint',
      wants: 'virtio drivers, and nothing in the background that nobody needs',
      parts,
      otherwise: `In the guest, as administrator: ${[...(without.length > 0 ? ['install virtio-win (virtio-win-guest-tools.exe) or VMDP, then restart'] : []), ...wrong.map(({ command }) => command)].join('; ')}.`,
    });
  },
  examples: [
    { name: 'indexing on', guest: windows(registry({ 'search-indexing': '2' })), expect: 'bad', severity: 'hint' },
    { name: 'indexing off', guest: windows(registry({ 'search-indexing': '4' })), expect: 'good' },
    {
      name: 'indexing on a desktop',
      guest: windows(registry({ 'search-indexing': '2' })),
      intents: ['desktop'],
      expect: 'good',
    },
    {
      name: 'no driver for its disk',
      guest: windows(registry({}), `[${driver(4161)}]`),
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'what the agent tells is not all', guest: windows({}), expect: 'unknown' },
    { name: 'an agent that was not asked', guest: os, expect: 'unknown' },
    { name: 'Linux', guest: { xml: '', inside: {} }, expect: 'not-applicable' },
  ],
});
