import { editDomain } from '#change/kinds/domain-xml';
import { editPlaces, type PlaceEdit } from '#change/recipes/edit-places';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { diskBus } from '#model/derived/disk-bus';
import { helperCpus } from '#model/derived/helper-cpus';
import { ioThreads } from '#model/derived/io-threads';
import { scsiControllerOf } from '#model/derived/scsi-controller';
import { vcpuPlacement } from '#model/derived/vcpu-placement';
import { ifKnown, known, mapKnown, orAbsent } from '#model/known';
import type { Intent } from '#wishes/intent';

const busy: readonly Intent[] = ['database', 'latency'];
const isVirtioScsi = (model: string | undefined): boolean => model?.startsWith('virtio') ?? false;
const disk = (threads: number, driver = ''): string =>
  `${threads === 0 ? '' : `<iothreads>${threads}</iothreads>`}<devices><disk type='file' device='disk'><driver name='qemu' type='raw' cache='none' io='native' ${driver}/><source file='/srv/g.raw'/><target dev='vda' bus='virtio'/></disk></devices>`;
const onScsi = (controller: string): string =>
  `<iothreads>1</iothreads><devices><controller type='scsi' index='0' model='virtio-scsi'>${controller}</controller><disk type='file' device='disk'><source file='/srv/g.raw'/><target dev='sda' bus='scsi'/></disk></devices>`;

export default defineRule({
  id: 'guest-disk/iothread',
  subject: 'guest',
  guide: [],
  beyond: 'without I/O threads all disks of a guest share the main loop of QEMU with everything else',
  severity: 'hint',
  says: 'Busy disks have an I/O thread.',
  because:
    "The main loop of QEMU also serves the monitor, timers and other devices; a disk in a thread of its own doesn't wait for them.",
  sources: [
    { grade: 'documented', at: 'libvirt: formatdomain, iothreads: one or two for each host CPU; driver/@iothread' },
    { grade: 'measured', at: 'QEMU 7.2: fs.aio-nr grows by 1024 for each I/O thread that carries a native disk' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: { database: { level: 'should' }, latency: { level: 'should' } },
  params: {
    mostThreads: { default: 4, unit: 'threads', why: 'more than these are for a person to place' },
    perCpu: { default: 2, unit: 'threads a host CPU', why: 'libvirt: one or two for each host CPU' },
  },
  costs: ["One more host thread to place for each, and 1024 AIO contexts with io='native'."],
  needs: {
    disks: ({ guest }) => orAbsent(guest.config.disks),
    controllers: ({ guest }) => orAbsent(guest.config.controllers),
    threads: ({ guest }) => orAbsent(guest.config.iothreads),
    all: ({ guests }) => ifKnown(ioThreads(guests)),
    cpus: ({ host }) => ifKnown(mapKnown(host.cpuSets.online, set => set.size)),
    placement: ({ guest }) => ifKnown(vcpuPlacement(guest.config)),
    helpers: ({ guest, host, guests }) => ifKnown(helperCpus(guest, host, guests)),
    guest: ({ guest }) => known(guest.name),
  },
  check({ disks = [], controllers = [], threads = 0, all, cpus, placement, helpers, guest }, { intents, params }) {
    const judged = disks.flatMap(one => {
      if (one.device !== 'disk' && one.device !== 'lun') return [];
      const bus = diskBus(one);
      const at = controllers.findIndex(found => found.type === 'scsi' && (found.index ?? 0) === scsiControllerOf(one));
      const controller = bus === 'scsi' ? controllers[at] : undefined;
      if (bus !== 'virtio' && !isVirtioScsi(controller?.model)) return [];
      const path =
        controller === undefined
          ? `devices/disk[target/@dev='${one.target}']/driver/@iothread`
          : `devices/controller[@type='scsi'][@index='${controller.index}']/driver/@iothread`;
      return [{ one, path, has: controller?.iothread ?? one.iothread ?? one.iothreads[0] }];
    });
    if (judged.length === 0) return notApplicable('it has no virtio disk');
    if (threads === 0 && judged.some(({ has }) => has !== undefined)) {
      return bad('its disks name an I/O thread, and it has none', {
        severity: 'error',
        wants: `<iothreads>${Math.max(...judged.map(({ has = 0 }) => has))}</iothreads>`,
        so: 'libvirt refuses the definition',
        fix: [
          editDomain(
            guest,
            [{ path: 'iothreads', content: undefined }],
            [{ path: 'iothreads', content: String(Math.max(...judged.map(({ has = 1 }) => has))) }],
          ),
        ],
      });
    }
    if (all !== undefined && cpus !== undefined && all.largest === guest && all.sum > params.perCpu * cpus) {
      return bad(`${all.sum} I/O threads run on ${cpus} CPUs, ${threads} of them its own`, {
        severity: 'warning',
        wants: `at most ${params.perCpu * cpus} on this host`,
        otherwise: `Give its disks fewer threads: virsh iothreadinfo ${guest}, virsh edit ${guest}.`,
      });
    }
    if (!intents.some(intent => busy.includes(intent))) return good;
    const without = judged.filter(({ has }) => has === undefined);
    if (without.length === 0) return good;
    const paths = [...new Set(without.map(({ path }) => path))];
    const count = Math.max(threads, Math.min(paths.length, params.mostThreads));
    const isPinned = placement !== undefined && placement.pins.size > 0 && placement.unpinned === 0;
    const room = helpers === undefined || helpers.isEmpty ? undefined : helpers.toString();
    // threads of a guest that had none are numbered from 1; beside pinned vCPUs they are kept apart: guest-cpu/iothreadpin
    const pins =
      threads > 0 || !isPinned || room === undefined
        ? []
        : Array.from(
            { length: count },
            (_, at): PlaceEdit => [`cputune/iothreadpin[@iothread='${at + 1}']/@cpuset`, undefined, room],
          );
    return bad(
      `${without.map(({ one }) => one.target).join(', ')} ${without.length === 1 ? 'shares' : 'share'} the main loop of QEMU`,
      {
        wants: `an I/O thread each, ${count} in all`,
        fix: [
          editPlaces(guest, [
            ...(threads === count
              ? []
              : [['iothreads', threads === 0 ? undefined : String(threads), String(count)] as const]),
            ...paths.map((path, at): PlaceEdit => [path, undefined, String((at % count) + 1)]),
            ...pins,
          ]),
        ],
      },
    );
  },
  examples: [
    { name: 'none for a database', guest: disk(0), intents: ['database'], expect: 'bad', severity: 'hint' },
    { name: 'one a disk', guest: disk(1, "iothread='1'"), intents: ['database'], expect: 'good' },
    { name: 'none for an ordinary guest', guest: disk(0), expect: 'good' },
    { name: 'a thread that there is not', guest: disk(0, "iothread='1'"), expect: 'bad', severity: 'error' },
    { name: 'on virtio-scsi', guest: onScsi(''), intents: ['latency'], expect: 'bad', fixes: ['domain-xml'] },
    { name: 'its controller has one', guest: onScsi("<driver iothread='1'/>"), intents: ['latency'], expect: 'good' },
    {
      name: '40 threads on 16 CPUs',
      guest: disk(40, "iothread='1'"),
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'no disk', guest: { xml: '', without: ['devices/disk'] }, expect: 'not-applicable' },
    { name: 'threads that are no number', guest: `<iothreads>some</iothreads>`, expect: 'unknown' },
  ],
});
