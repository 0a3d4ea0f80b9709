import { linkTarget, readDropIns, systemdFolders } from '#collect/drop-ins';
import { fileText } from '#collect/file-facts';
import { surveyUnits, unitFiles } from '#collect/host/unit-survey';
import type { Reading, ReadingsOf } from '#collect/reading';
import { findShellWrites } from '#formats/conf/shell-writes';
import { parseTmpfiles, writesInOrder } from '#formats/conf/tmpfiles';
import { parseUdevRules } from '#formats/conf/udev-rules';
import type { BootWrite, Kernel, TmpfilesWrite } from '#model/kernel';
import { type Evidence, known, mapKnown } from '#model/known';
import type { UdevRuleFile } from '#model/udev-rule';

const isKnob = (path: string): boolean => /^\/(?:sys|proc)\//.test(path);
const quote = ({ path, value, file, line }: BootWrite): Evidence => ({
  from: file,
  value: `${value ?? '…'} > ${path}`,
  place: { file, line, column: 1 },
});

const tmpfilesFolders = systemdFolders('tmpfiles.d');

/** Knobs that systemd-tmpfiles writes at boot. */
const tmpfiles: Reading<readonly TmpfilesWrite[]> = {
  says: 'knobs that tmpfiles.d writes at boot',
  ways: tmpfilesFolders.map(folder => ({ file: `${folder}/*` })),
  read(sources) {
    const files = readDropIns(sources, tmpfilesFolders, '.conf');
    if (files.state !== 'known') return files;
    const lines = files.value.flatMap(({ file, text }) => parseTmpfiles(text).map(line => ({ ...line, file })));
    const writes = writesInOrder(lines).flatMap(({ path, argument, file, line }) =>
      isKnob(path) && argument !== undefined ? [{ path, value: argument, file, line }] : [],
    );
    return writes.length > 0 ? known(writes, ...writes.map(quote)) : known([], ...files.evidence);
  },
};

/** Start-up scripts of the administrator, in the order in which distributions run them (SUSE: boot.local, after.local; others: rc.local). */
const scripts = ['/etc/init.d/boot.local', '/etc/rc.local', '/etc/rc.d/rc.local', '/etc/init.d/after.local'] as const;

/** Knobs that start-up scripts and the administrator's own units write. */
const bootWrites: Reading<readonly BootWrite[]> = {
  says: 'knobs that start-up scripts and own units write',
  ways: [...scripts, ...unitFiles].map(file => ({ file })),
  read(sources) {
    const writes: BootWrite[] = [];
    const files = new Set<string>();
    const units = surveyUnits(sources);
    if (units.state !== 'known') return units;
    for (const name of units.value.administrators) {
      const path = `/etc/systemd/system/${name}`;
      if (!name.endsWith('.service') || units.value.wantedBy(name) === undefined) continue;
      if (units.value.fileOf(name) !== path || linkTarget(sources, path) !== undefined) continue;
      for (const { name: key, value, line } of units.value.settingsOf(name)?.[0] ?? []) {
        if (!/^Service\.ExecStart(?:Pre|Post)?$/.test(key)) continue;
        for (const write of findShellWrites(value, line)) writes.push({ ...write, line, file: path });
      }
    }
    for (const path of scripts) {
      const text = fileText(sources, path);
      if (text.state === 'unknown') return text;
      // one script may go by two names
      const file = linkTarget(sources, path) ?? path;
      if (text.state !== 'known' || files.has(file)) continue;
      files.add(file);
      for (const write of findShellWrites(text.value)) writes.push({ ...write, file });
    }
    const found = writes.filter(({ path }) => isKnob(path));
    return found.length > 0
      ? known(found, ...found.map(quote))
      : known([], { from: `${scripts.join(', ')}, /etc/systemd/system`, value: 'no script writes a knob' });
  },
};

const rulesFolders = systemdFolders('udev/rules.d');

/** udev rules that choose an I/O scheduler, the vendor's (60-io-scheduler.rules) among them. */
const schedulerRules: Reading<readonly UdevRuleFile[]> = {
  says: 'udev rules that choose I/O schedulers',
  ways: rulesFolders.map(folder => ({ file: `${folder}/*` })),
  read: sources =>
    mapKnown(readDropIns(sources, rulesFolders, '.rules'), files =>
      files.flatMap(({ file, text }) => {
        if (!text.includes('queue/scheduler')) return [];
        const rules = parseUdevRules(text);
        const chooses = rules.some(rule =>
          rule.parts.some(part => part.attribute === 'queue/scheduler' && /^(?:=|:=|\+=)$/.test(part.operator)),
        );
        return chooses ? [{ file, rules }] : [];
      }),
    ),
};

/** All that writes knobs of the kernel at boot, but sysctls and tuned. */
export const bootWriterReadings: ReadingsOf<Pick<Kernel, 'tmpfiles' | 'bootWrites' | 'schedulerRules'>> = {
  tmpfiles,
  bootWrites,
  schedulerRules,
};
