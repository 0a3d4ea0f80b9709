import { readDropIns, systemdFolders } from '#collect/drop-ins';
import { fileFact, fileText, folderNames, lackOf } from '#collect/file-facts';
import type { Reading, ReadingsOf } from '#collect/reading';
import type { Sources } from '#collect/sources';
import { parseSysctlFile, type SysctlLine } from '#formats/conf/sysctl-file';
import { linesOfSysctl } from '#formats/conf/sysctl-order';
import type { Kernel, Sysctl, SysctlName, SysctlSetting } from '#model/kernel';
import { type Known, known } from '#model/known';
import { oncePer } from '#model/once-per';

const folders = systemdFolders('sysctl.d');
const mainFile = '/etc/sysctl.conf';

/** A sysctl by name: its running value and the lines that set it. */
const sysctl = (name: SysctlName): ReadingsOf<Sysctl> => {
  const key = name.replaceAll('.', '/');
  return {
    running: {
      says: `${name} as it is`,
      ways: [{ file: `/proc/sys/${key}` }],
      read: sources => runningValue(sources, `/proc/sys/${key}`),
    },
    settings: {
      says: `the lines that set ${name}`,
      ways: [
        { file: '/proc/sys/kernel/osrelease' },
        { file: '/boot/sysctl.conf-*' },
        { file: '/usr/lib/modules/*/sysctl.conf' },
        ...folders.map(folder => ({ file: `${folder}/*` })),
        { file: mainFile },
      ],
      read: sources => settingsOf(sources, key),
    },
  };
};

/** A key that is not there while /proc/sys is: this kernel does not have it. */
const runningValue = (sources: Sources, path: string): Known<string> => fileFact(sources, path, text => text.trim());

interface SysctlFile {
  readonly file: string;
  readonly isReadAtBoot: boolean;
}

function settingsOf(sources: Sources, key: string): Known<readonly SysctlSetting[]> {
  const files = sysctlFiles(sources);
  if (files.state !== 'known') return files;
  const ofGroup = (isReadAtBoot: boolean): readonly SysctlSetting[] =>
    linesOfSysctl(
      files.value.filter(({ file }) => file.isReadAtBoot === isReadAtBoot),
      key,
    ).map(({ file: { file }, line, value }) => ({ file, line, value, isReadAtBoot }));
  // lines that nothing reads at boot come first: the last line of the list is the one that counts
  const settings = [...ofGroup(false), ...ofGroup(true)];
  const evidence = settings.map(({ file, line, value }) => ({
    from: file,
    value: `${key.replaceAll('/', '.')} = ${value}`,
    place: { file, line, column: 1 },
  }));
  return evidence.length > 0 ? known(settings, ...evidence) : known([], ...files.evidence);
}

interface ReadFile {
  readonly file: SysctlFile;
  readonly lines: readonly SysctlLine[];
}

/** All files in the order in which systemd-sysctl reads them, then /etc/sysctl.conf where no link to it is among them. Every sysctl asks for them. */
const sysctlFiles = oncePer((sources: Sources): Known<readonly ReadFile[]> => {
  const dropIns = readDropIns(sources, folders, '.conf');
  if (dropIns.state !== 'known') return dropIns;
  const files = dropIns.value.map(({ file, text }) => ({
    file: { file, isReadAtBoot: true },
    lines: parseSysctlFile(text),
  }));
  for (const path of kernelFiles(sources)) {
    const text = fileText(sources, path);
    if (text.state === 'unknown') return text;
    if (text.state === 'known') {
      files.unshift({ file: { file: path, isReadAtBoot: true }, lines: parseSysctlFile(text.value) });
    }
  }
  if (files.some(({ file }) => file.file === mainFile)) return known(files, ...dropIns.evidence);
  const main = fileText(sources, mainFile);
  if (main.state === 'unknown') return main;
  if (main.state === 'known') {
    files.push({ file: { file: mainFile, isReadAtBoot: false }, lines: parseSysctlFile(main.value) });
  }
  return known(files, ...dropIns.evidence);
});

/** SUSE's settings for one kernel, which come before all others (suse-module-tools: 50-kernel-uname_r.conf, kernel-sysctl.service). */
function kernelFiles(sources: Sources): readonly string[] {
  const release = sources.files.read('/proc/sys/kernel/osrelease');
  const version = release.outcome === 'ok' ? release.value.trim() : '';
  return /^[\w.+~-]{1,128}$/.test(version)
    ? [`/usr/lib/modules/${version}/sysctl.conf`, `/boot/sysctl.conf-${version}`]
    : [];
}

/** What a slip of the finger makes of sysctl.conf and sysctl.d. */
const misspelt = new Set(['systcl.conf', 'systcl.d']);

/** Files that hold sysctl settings and are never read. */
const strayedSysctlFiles: Reading<readonly string[]> = {
  says: 'files with sysctl settings that nothing reads',
  ways: [{ file: '/etc/*' }, { file: '/etc/sysctl.d/*' }],
  read(sources) {
    const names = folderNames(sources, '/etc');
    if (names.state === 'unknown') return names;
    const paths = (names.state === 'known' ? names.value : [])
      .filter(name => misspelt.has(name))
      .map(name => `/etc/${name}`);
    const folder = sources.files.list('/etc/sysctl.d');
    if (folder.outcome !== 'ok' && folder.outcome !== 'absent') return lackOf(folder, '/etc/sysctl.d');
    for (const name of folder.outcome === 'ok' ? folder.value : []) {
      // a name without any ending is a settings file that lacks its “.conf”; copies (.bak, .rpmsave) and READMEs are meant to rest
      if (name.includes('.') || /^readme/i.test(name) || name.endsWith('~')) continue;
      const text = sources.files.read(`/etc/sysctl.d/${name}`);
      if (text.outcome === 'ok' && parseSysctlFile(text.value).length > 0) paths.push(`/etc/sysctl.d/${name}`);
    }
    return known(paths, { from: '/etc, /etc/sysctl.d', value: paths.join(' ') || 'nothing strayed' });
  },
};

/** Sysctls that matter here. */
export const sysctlReadings: ReadingsOf<Pick<Kernel, 'sysctls' | 'strayedSysctlFiles'>> = {
  sysctls: {
    'vm.swappiness': sysctl('vm.swappiness'),
    'vm.nr_hugepages': sysctl('vm.nr_hugepages'),
    'vm.nr_overcommit_hugepages': sysctl('vm.nr_overcommit_hugepages'),
    'vm.zone_reclaim_mode': sysctl('vm.zone_reclaim_mode'),
    'vm.overcommit_memory': sysctl('vm.overcommit_memory'),
    'vm.overcommit_ratio': sysctl('vm.overcommit_ratio'),
    'vm.dirty_ratio': sysctl('vm.dirty_ratio'),
    'vm.dirty_bytes': sysctl('vm.dirty_bytes'),
    'vm.max_map_count': sysctl('vm.max_map_count'),
    'vm.min_free_kbytes': sysctl('vm.min_free_kbytes'),
    'fs.aio-max-nr': sysctl('fs.aio-max-nr'),
    'fs.aio-nr': sysctl('fs.aio-nr'),
    'kernel.numa_balancing': sysctl('kernel.numa_balancing'),
    'kernel.numa_balancing_scan_delay_ms': sysctl('kernel.numa_balancing_scan_delay_ms'),
    'kernel.numa_balancing_scan_period_min_ms': sysctl('kernel.numa_balancing_scan_period_min_ms'),
    'kernel.numa_balancing_scan_period_max_ms': sysctl('kernel.numa_balancing_scan_period_max_ms'),
    'kernel.numa_balancing_scan_size_mb': sysctl('kernel.numa_balancing_scan_size_mb'),
    'kernel.io_uring_disabled': sysctl('kernel.io_uring_disabled'),
  },
  strayedSysctlFiles,
};
