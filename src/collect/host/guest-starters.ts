import { fileText, folderNames } from '#collect/file-facts';
import { surveyUnits, unitFiles } from '#collect/host/unit-survey';
import type { Reading } from '#collect/reading';
import type { GuestStarter } from '#model/host';
import { known } from '#model/known';

const scripts = ['/etc/init.d/boot.local', '/etc/rc.local', '/etc/rc.d/rc.local', '/etc/init.d/after.local'] as const;
/** Commands that start a guest, or drive one, without libvirt. */
const starts =
  /(?:^|[\s/;&|"'])(qemu-system-[\w-]+|qemu-kvm|xl\s+create|virsh\s[^;&|#]*qemu-monitor-command)(?=[\s"']|$)/;

/** Whatever starts guests at boot without libvirt: /etc/xen/auto, own units that are enabled, start-up scripts. */
export const guestStarters: Reading<readonly GuestStarter[]> = {
  says: 'what starts guests at boot without libvirt',
  ways: [{ file: '/etc/xen/auto' }, ...[...scripts, ...unitFiles].map(file => ({ file }))],
  read(sources) {
    const units = surveyUnits(sources);
    if (units.state !== 'known') return units;
    const found: GuestStarter[] = [];
    for (const name of units.value.administrators) {
      const path = `/etc/systemd/system/${name}`;
      if (!name.endsWith('.service') || units.value.fileOf(name) !== path) continue;
      if (units.value.wantedBy(name) === undefined || units.value.isMasked(name)) continue;
      for (const { name: key, value } of units.value.settingsOf(name)?.flat() ?? []) {
        const command = key.startsWith('Service.ExecStart') ? starts.exec(value)?.[1] : undefined;
        if (command !== undefined) found.push({ file: path, command });
      }
    }
    for (const file of scripts) {
      const text = fileText(sources, file);
      if (text.state === 'unknown') return text;
      const lines = text.state === 'known' ? text.value.split('\n') : [];
      const command = lines.filter(line => !/^\s*#/.test(line)).flatMap(line => starts.exec(line)?.[1] ?? [])[0];
      if (command !== undefined) found.push({ file, command });
    }
    const auto = folderNames(sources, '/etc/xen/auto');
    const wanted =
      units.value.wantedBy('xendomains.service') !== undefined && !units.value.isMasked('xendomains.service');
    if (wanted && auto.state === 'unknown') return auto;
    for (const name of wanted && auto.state === 'known' ? auto.value : [])
      found.push({ file: `/etc/xen/auto/${name}`, command: 'xl create' });
    return known(
      found,
      ...found.map(({ file, command }) => ({ from: file, value: command })),
      ...(found.length === 0 ? units.evidence : []),
    );
  },
};
