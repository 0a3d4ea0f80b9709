import { commandText, fileText, textIfThere } from '#collect/file-facts';
import { firstWay } from '#collect/first-way';
import { confValue } from '#collect/host/conf-settings';
import { isControlDomain } from '#collect/host/hypervisor';
import { dom0Memory, xenNodeMemory } from '#collect/host/xen-memory';
import { libvirtFact } from '#collect/libvirt-facts';
import type { ReadingsOf } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { parseXlInfo } from '#formats/xl-output';
import { absent, chainKnown, type Known, known, unknown } from '#model/known';
import type { Xen } from '#model/xen';
import { mib } from '#units/bytes';
import { parseVersion, type Version, versionOfLibvirtNumber } from '#units/version';

const capabilities = { file: '/proc/xen/capabilities' } as const;
const info = ['xl', 'info'] as const;

/** All facts of Xen are absent but in its control domain: /sys/hypervisor/type says `xen` in guests of Xen too. */
const inControlDomain =
  <T>(read: (sources: Sources) => Known<T>) =>
  (sources: Sources): Known<T> => {
    const control = isControlDomain(sources);
    if (control.state !== 'known') return control;
    return control.value ? read(sources) : absent(...control.evidence);
  };

/** One value of `xl info`. */
const fromInfo = <T>(sources: Sources, name: string, parse: (text: string) => T | undefined): Known<T> =>
  chainKnown(commandText(sources, info), text => {
    const value = parseXlInfo(text).get(name);
    const parsed = value === undefined ? undefined : parse(value);
    return parsed === undefined
      ? unknown(`xl info tells no ${name}`, 'xl info')
      : known(parsed, { from: `xl info, ${name}`, value: value ?? '' });
  });

const folder = '/sys/hypervisor/version';

/** major and minor as numbers, extra such as `.7_02`; linux: Documentation/ABI/stable/sysfs-hypervisor-xen. */
function versionFromFiles(sources: Sources): Known<Version> {
  const major = fileText(sources, `${folder}/major`);
  if (major.state !== 'known') return major;
  const minor = textIfThere(sources, `${folder}/minor`) ?? '0';
  const extra = textIfThere(sources, `${folder}/extra`) ?? '';
  const text = `${major.value.trim()}.${minor}${extra}`;
  const version = parseVersion(text);
  return version === undefined ? unknown(`${folder} holds no version`) : known(version, { from: folder, value: text });
}

/** Facts of a control domain. */
export const xenReadings: ReadingsOf<Xen> = {
  version: {
    says: "Xen's version",
    ways: [
      capabilities,
      ...['major', 'minor', 'extra'].map(name => ({ file: `${folder}/${name}` })),
      { call: 'virConnectGetVersion' },
      { command: info },
    ],
    read: inControlDomain(sources =>
      firstWay(
        () => versionFromFiles(sources),
        () => chainKnown(fromXenDriver(sources), () => libvirtVersionOf(sources)),
        () => fromInfo(sources, 'xen_version', parseVersion),
      ),
    ),
  },
  commandLine: {
    says: 'the options that Xen was started with',
    ways: [capabilities, { command: info }],
    read: inControlDomain(sources =>
      fromInfo(sources, 'xen_commandline', text => text.split(/\s+/).filter(word => word !== '')),
    ),
  },
  totalMemory: {
    says: 'all memory of the machine under Xen',
    ways: [capabilities, { call: 'virNodeGetInfo' }, { command: info }],
    read: inControlDomain(sources =>
      firstWay(
        () => xenNodeMemory(sources),
        () => fromInfo(sources, 'total_memory', text => (/^\d{1,12}$/.test(text) ? mib(Number(text)) : undefined)),
      ),
    ),
  },
  dom0Memory: {
    says: 'memory of the control domain',
    ways: [
      capabilities,
      { call: 'virConnectGetAllDomainStats' },
      { call: 'virDomainGetXMLDesc' },
      { command: ['xl', 'list', '0'] },
    ],
    read: inControlDomain(dom0Memory),
  },
  guestType: {
    says: 'how the control domain is virtualized',
    ways: [capabilities, { file: '/sys/hypervisor/guest_type' }],
    read: inControlDomain(sources => {
      const text = fileText(sources, '/sys/hypervisor/guest_type');
      // the file is there since Linux 4.13; before that a control domain was always PV, but so the file cannot say
      if (text.state !== 'known') return text.state === 'absent' ? unknown('this kernel does not tell the type') : text;
      return known(text.value.trim(), ...text.evidence);
    }),
  },
  autoballoonXl: {
    says: 'autoballoon of xl',
    ways: [capabilities, { file: '/etc/xen/xl.conf' }],
    read: inControlDomain(sources => confValue(sources, '/etc/xen/xl.conf', 'autoballoon')),
  },
  autoballoonLibxl: {
    says: "autoballoon of libvirt's Xen driver",
    ways: [capabilities, { file: '/etc/libvirt/libxl.conf' }],
    read: inControlDomain(sources => confValue(sources, '/etc/libvirt/libxl.conf', 'autoballoon')),
  },
};

/** The version of a hypervisor that libvirt tells is that of Xen only on a connection to Xen. */
const fromXenDriver = (sources: Sources): Known<string> => {
  const answers = sources.libvirt;
  if ('state' in answers) return answers;
  return answers.uri.startsWith('xen')
    ? known(answers.uri)
    : unknown(`libvirt answered for ${answers.uri}, not for Xen`);
};

const libvirtVersionOf = (sources: Sources): Known<Version> =>
  chainKnown(
    libvirtFact(sources, 'virConnectGetVersion', answers => answers.hypervisorVersion),
    number => known(versionOfLibvirtNumber(number)),
  );
