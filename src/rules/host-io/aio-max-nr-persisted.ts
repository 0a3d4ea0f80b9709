import { setSysctl } from '#change/kinds/sysctl';
import { makeSysctlLast } from '#change/recipes/lasting-sysctl';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { aioNeed } from '#model/derived/aio-need';
import { sysctlAtBoot } from '#model/derived/sysctl-at-boot';
import { ifKnown, orAbsent } from '#model/known';

const running = (value: number): Record<string, string> => ({ '/proc/sys/fs/aio-max-nr': String(value) });
const vendor = '/usr/lib/sysctl.d/60-libvirtd.conf';

export default defineRule({
  id: 'host-io/aio-max-nr-persisted',
  subject: 'host',
  guide: ['4.3.2'],
  severity: 'hint',
  says: 'The limit of AIO contexts outlives a reboot.',
  because: 'A limit raised by hand is gone after the next boot, and then guests fail to start that started before.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.3.2: /etc/sysctl.d/aio-max-nr.conf' },
    { grade: 'documented', at: 'systemd: sysctl.d(5)' },
    {
      grade: 'documented',
      at: 'libvirt: src/remote/libvirtd.sysctl, installed as /usr/lib/sysctl.d/60-libvirtd.conf by RPM distributions',
    },
  ],
  intents: {},
  params: {
    kernelDefault: {
      default: 65536,
      unit: 'contexts',
      why: "the kernel's own value (linux: fs/aio.c), in force after a boot that sets none",
    },
  },
  costs: [],
  needs: {
    running: ({ host }) => host.kernel.sysctls['fs.aio-max-nr'].running,
    boot: ({ host }) => orAbsent(sysctlAtBoot(host, 'fs.aio-max-nr')),
    need: ({ guests }) => ifKnown(aioNeed(guests, 1024)),
  },
  check({ running: now, boot, need }, { params }) {
    const after = boot === undefined ? params.kernelDefault : Number(boot.value);
    const limit = Number(now);
    if (!Number.isSafeInteger(limit)) return notApplicable('fs.aio-max-nr is no number');
    if (after === limit) return good;
    const owner = boot === undefined ? "the kernel's default" : boot.owner;
    const isShort = (need?.sum ?? 0) > after;
    if (after > limit && !isShort)
      return bad(`fs.aio-max-nr is ${limit} now and ${after} after the next boot (${owner})`, {
        wants: `${after}, as ${owner} says`,
        severity: 'hint',
        fix: [setSysctl('fs.aio-max-nr', now.trim(), String(after))[0]],
      });
    return bad(`fs.aio-max-nr is ${limit} now and only ${after} after the next boot (${owner})`, {
      severity: isShort ? 'warning' : 'hint',
      wants: `${limit} in /etc/sysctl.d`,
      ...(isShort ? { so: 'guests that run now fail to start after the next boot' } : {}),
      ...makeSysctlLast('fs.aio-max-nr', now.trim(), now.trim(), boot),
    });
  },
  examples: [
    {
      name: 'raised by hand only',
      files: { ...running(2_097_152), [vendor]: null },
      expect: 'bad',
      severity: 'hint',
      fixes: ['sysctl-file'],
    },
    {
      name: 'guests need more than there will be',
      others: Array.from({ length: 79 }, () => ''),
      files: { ...running(1_048_576), [vendor]: null },
      expect: 'bad',
      severity: 'warning',
    },
    { name: "libvirt's own file sets it", expect: 'good' },
    { name: "the kernel's default, and nothing sets it", files: { ...running(65536), [vendor]: null }, expect: 'good' },
    {
      name: 'configured and not applied',
      files: { ...running(65536), '/etc/sysctl.d/aio-max-nr.conf': 'fs.aio-max-nr = 1048576' },
      expect: 'bad',
      severity: 'hint',
    },
    { name: 'no right to read', files: { '/proc/sys/fs/aio-max-nr': 'denied' }, expect: 'unknown' },
  ],
});
