import type { Change } from '#change/change';
import { setBootWords } from '#change/recipes/command-line-words';
import { makeSchedulerLast } from '#change/recipes/lasting-scheduler';
import { defineRule } from '#check/define-rule';
import { bad, good, type Part } from '#check/verdict';
import { guestDiskDevices } from '#model/derived/guest-disk-devices';
import { guestsWithWeights } from '#model/derived/guests-with-weights';
import { schedulerAtBoot } from '#model/derived/scheduler-at-boot';
import { schedulerWish } from '#model/derived/scheduler-wish';
import { chainKnown, ifKnown, listKnown, mapKnown, orAbsent } from '#model/known';

const onSda =
  "<devices><disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='/srv/g.raw'/><target dev='vda' bus='virtio'/></disk></devices>";
const sda = '/sys/block/sda/queue/scheduler';
const none = { [sda]: '[none] mq-deadline kyber bfq' };
const rule = 'ACTION=="add|change", KERNEL=="sda", ENV{ID_WWN}=="?*", ATTR{queue/scheduler}="none"';

export default defineRule({
  id: 'host-io/scheduler-persisted',
  subject: 'host',
  guide: ['4.3.1'],
  severity: 'hint',
  says: 'The I/O schedulers in force are those of the next boot, chosen by a file of the administrator.',
  because: 'A scheduler written by hand is gone after a reboot or when the disk appears anew.',
  sources: [
    {
      grade: 'documented',
      at: 'SUSE: System Analysis and Tuning Guide, Tuning I/O performance: /etc/udev/rules.d/60-io-scheduler.rules',
    },
    { grade: 'documented', at: 'systemd: tmpfiles.d(5): /etc for administrators, /usr/lib for packages' },
    { grade: 'documented', at: 'linux: block/elevator.c: elevator= has no effect since 5.0' },
  ],
  intents: {},
  params: {},
  costs: [],
  departs: [
    {
      guideSays: 'Put lines for /sys/block/sdX into /usr/lib/tmpfiles.d/IO_ioscheduler.conf.',
      truth:
        "That folder belongs to packages, sdX names change between boots, and SUSE's own tuning guide uses a udev rule in /etc/udev/rules.d. The sample runs two lines into one.",
      source: 'systemd: tmpfiles.d(5); SUSE: System Analysis and Tuning Guide',
      errata: ['X23'],
      guideSame: 'a scheduler that a reboot brings back is a finding by the guide as well, and its file passes',
    },
  ],
  needs: {
    disks: ({ host, guests }) =>
      chainKnown(guestDiskDevices(host, guests), all =>
        listKnown(
          all.map(({ device, guests: on }) =>
            mapKnown(orAbsent(schedulerAtBoot(host, device)), boot => ({ device, boot, on })),
          ),
        ),
      ),
    weighted: ({ guests }) => ifKnown(guestsWithWeights(guests)),
    commandLine: ({ host }) => ifKnown(host.kernel.commandLine),
    configured: ({ host }) => ifKnown(host.kernel.configuredCommandLine),
    tmpfiles: ({ host }) => ifKnown(host.kernel.tmpfiles),
    count: ({ host }) =>
      mapKnown(host.blockDevices, devices => devices.filter(device => device.kind === 'scsi').length),
  },
  check(
    { disks, weighted: sharers = new Set(), commandLine = [], configured = [], tmpfiles = [], count },
    { intents, policy },
  ) {
    const parts: Part[] = [];
    const advice: string[] = [];
    const fix: Change[] = [];
    for (const { device, boot, on } of disks) {
      if (boot === undefined || boot.value === device.scheduler) continue;
      const isShared = on.some(name => sharers.has(name));
      const wish = schedulerWish(device, intents, { isGuide: policy === 'guide', isShared });
      // one that host-io/scheduler-host finds wrong is none to keep
      if (wish !== undefined && wish.isKept !== true) continue;
      parts.push({
        key: device.name,
        saw: `[${device.scheduler}] now, ${boot.value} after the next boot (${boot.owner})`,
      });
      const change = makeSchedulerLast(device, device.scheduler ?? boot.value, boot);
      fix.push(...change.fix);
      advice.push(...(change.otherwise === undefined ? [] : [change.otherwise]));
    }
    const writes = tmpfiles.filter(write =>
      /^\/sys\/(?:block|class\/block)\/[^/]+\/queue\/scheduler$/.test(write.path),
    );
    for (const write of writes) {
      if (write.file.startsWith('/usr/lib/tmpfiles.d/')) {
        parts.push({ key: write.file, saw: `${write.file}:${write.line} stands in the folder of packages` });
        advice.push(`Move it to /etc/tmpfiles.d, or better to a udev rule.`);
      }
      if (count > 1 && /\/sd[a-z]+\//.test(write.path)) {
        parts.push({
          key: `${write.file} ${write.path}`,
          saw: `${write.file}:${write.line} names ${write.path.split('/')[3]}, which may be another disk after the next boot`,
        });
        advice.push('Match the disk by ENV{ID_WWN} or ENV{ID_SERIAL} in a udev rule instead.');
      }
    }
    const elevator = [...commandLine, ...configured].find(word => word.name === 'elevator');
    const stored = configured.find(word => word.name === 'elevator');
    if (elevator !== undefined)
      parts.push({ key: 'elevator', saw: `elevator=${elevator.value ?? ''} on the kernel command line has no effect` });
    if (stored !== undefined) {
      const words = setBootWords(configured, new Set(['elevator']), []);
      fix.push(...words.fix);
      if (words.otherwise !== undefined) advice.push(words.otherwise);
    } else if (elevator !== undefined) advice.push('Reboot: the boot loader passes elevator= no more.');
    const [first] = parts;
    if (first === undefined) return good;
    const isUnstable = parts.some(part => part.saw.includes('another disk') || part.key === 'elevator');
    return bad(parts.length === 1 ? first.saw : `${parts.length} settings of I/O schedulers will not hold`, {
      severity: isUnstable ? 'warning' : 'hint',
      wants: 'what is in force, kept by one udev rule of the administrator',
      parts,
      ...(fix.length === 0 ? {} : { fix }),
      ...(advice.length === 0 ? {} : { otherwise: [...new Set(advice)].join(' ') }),
    });
  },
  examples: [
    {
      name: 'written by hand, and a rule of the vendor',
      guest: onSda,
      files: {
        '/usr/lib/udev/rules.d/60-io-scheduler.rules': 'ACTION=="add", KERNEL=="sda", ATTR{queue/scheduler}="bfq"',
      },
      expect: 'bad',
      severity: 'hint',
      fixes: ['udev-rule'],
    },
    { name: 'another one that is wrong: host-io/scheduler-host', guest: onSda, files: none, expect: 'good' },
    { name: 'the kernel default', guest: onSda, expect: 'good' },
    {
      name: 'kept by a udev rule',
      guest: onSda,
      files: { ...none, '/etc/udev/rules.d/60-io-scheduler.rules': rule.replace('ENV{ID_WWN}=="?*", ', '') },
      expect: 'good',
    },
    {
      name: "the guide's file",
      guest: onSda,
      files: { ...none, '/usr/lib/tmpfiles.d/IO_ioscheduler.conf': `w ${sda} - - - - none` },
      expect: 'bad',
      severity: 'hint',
    },
    {
      name: 'elevator= on the command line',
      guest: onSda,
      files: { '/proc/cmdline': 'root=/dev/sda1 elevator=deadline' },
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'libvirt did not answer', libvirt: null, expect: 'unknown' },
  ],
});
