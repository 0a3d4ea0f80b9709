import { editDomain } from '#change/kinds/domain-xml';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { diskBus } from '#model/derived/disk-bus';
import { scsiControllerOf } from '#model/derived/scsi-controller';
import { hasDriverAtWork } from '#model/derived/virtio-driver';
import { known, orAbsent } from '#model/known';

const paravirtual = new Set(['virtio-scsi', 'virtio-transitional', 'virtio-non-transitional', 'ibmvscsi']);
const disk = (target: string, address = ''): string =>
  `<disk type='block' device='disk'><driver name='qemu' type='raw'/><source dev='/dev/vg/${target}'/><target dev='${target}' bus='scsi'/>${address}</disk>`;
const controller = (model: string, index = 0): string => `<controller type='scsi' index='${index}' ${model}/>`;
const virtio = "model='virtio-scsi'";
const devices = (...parts: readonly string[]): string => `<devices>${parts.join('')}</devices>`;
const nine = 'abcdefghi'.split('').map(letter => disk(`sd${letter}`));
const addressed = 'abcdefghi'
  .split('')
  .map((letter, unit) =>
    disk(`sd${letter}`, `<address type='drive' controller='0' bus='0' target='0' unit='${unit}'/>`),
  );

export default defineRule({
  id: 'guest-disk/virtio-scsi-controller',
  subject: 'guest',
  guide: ['7.8'],
  severity: 'warning',
  says: 'SCSI disks hang on a virtio-scsi controller.',
  because:
    'Where no controller with a free unit stands in the XML libvirt adds one of its default model, an emulated LSI: slow, without discard and without persistent reservations.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 7.8' },
    {
      grade: 'measured',
      at: 'libvirt 9.0: of nine disks without addresses units 0–6 go to controller 0, the others to a new lsilogic; unit 200 on virtio-scsi works',
    },
    { grade: 'documented', at: 'libvirt: NEWS 5.2.0, controller models virtio-transitional, virtio-non-transitional' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {},
  params: { perController: { default: 7, unit: 'disks', why: 'what the guide counts for one controller' } },
  costs: ['The guest needs virtio_scsi in its initrd, on Windows the vioscsi driver.'],
  departs: [
    {
      guideSays: 'A SCSI controller takes seven devices.',
      truth: 'Seven is how many libvirt assigns itself; with addresses virtio-scsi has 256 targets of 16384 LUNs.',
      source: 'measured with libvirt 9.0',
      errata: ['X54'],
      guideCheck: 'more than seven disks on one controller are a finding, with addresses as well',
    },
  ],
  needs: {
    disks: ({ guest }) => orAbsent(guest.config.disks),
    controllers: ({ guest }) => orAbsent(guest.config.controllers),
    os: ({ guest }) => orAbsent(guest.config.os),
    guest: ({ guest }) => known(guest.name),
    isDriven: ({ guest }) => known(hasDriverAtWork(guest, 8)),
  },
  check({ disks = [], controllers = [], os, guest, isDriven }, { params, policy }) {
    const scsi = disks.filter(one => diskBus(one) === 'scsi');
    if (scsi.length === 0) return notApplicable('it has no SCSI disk');
    const isX86 = /^(?:x86_64|i[3-6]86)$/.test(os?.architecture ?? 'x86_64');
    const byIndex = new Map<number, string[]>();
    for (const one of scsi) {
      const index = scsiControllerOf(one);
      byIndex.set(index, [...(byIndex.get(index) ?? []), one.target]);
    }
    const wrong = [...byIndex].flatMap(([index, targets]) => {
      const found = controllers.find(one => one.type === 'scsi' && (one.index ?? 0) === index);
      const model = found?.model === 'auto' ? undefined : found?.model;
      const isEmulated = model === undefined ? isX86 : !paravirtual.has(model);
      const isFull = policy === 'guide' && targets.length > params.perController;
      return isEmulated || isFull ? [{ index, targets, found, model, isEmulated }] : [];
    });
    const [first] = wrong;
    if (first === undefined) return good;
    const emulated = wrong.filter(({ isEmulated }) => isEmulated);
    const path = (index: number): string => `devices/controller[@type='scsi'][@index='${index}']`;
    const edits = emulated.map(({ index, found }) =>
      found === undefined
        ? {
            path: path(index),
            before: undefined,
            after: `<controller type='scsi' index='${index}' model='virtio-scsi'/>`,
          }
        : { path: `${path(index)}/@model`, before: found.model, after: 'virtio-scsi' },
    );
    // an initrd holds the drivers of the disk that it starts from, and of others only by chance
    const start = disks.find(({ device }) => device === 'disk' || device === 'lun')?.target ?? '';
    const isProven = isDriven && !emulated.some(({ targets }) => targets.includes(start));
    const saying = ({ index, targets, found, model, isEmulated }: (typeof wrong)[number]): string =>
      isEmulated
        ? `${targets.join(', ')} on ${found === undefined ? `a controller ${index} that libvirt adds, lsilogic` : `controller ${index}, ${model ?? 'lsilogic by default'}`}`
        : `${targets.length} disks on controller ${index}`;
    return bad(wrong.length === 1 ? saying(first) : `${wrong.length} SCSI controllers are not what they should be`, {
      wants: emulated.length > 0 ? 'model virtio-scsi' : `at most ${params.perController} disks each`,
      parts: wrong.map(one => ({ key: `scsi${one.index}`, saw: saying(one) })),
      ...(edits.length > 0
        ? {
            fix: [
              editDomain(
                guest,
                edits.map(edit => ({ path: edit.path, content: edit.before })),
                edits.map(edit => ({ path: edit.path, content: edit.after })),
              ),
            ],
            ...(isProven
              ? {}
              : {
                  onlyAsked: `Whether ${guest} finds its disks there is not known: put virtio_scsi into its initrd first (dracut -f --add-drivers virtio_scsi; on Debian a line virtio_scsi in /etc/initramfs-tools/modules and update-initramfs -u), on Windows the vioscsi driver of virtio-win.`,
                }),
          }
        : {
            otherwise: `virsh edit ${guest}: add <controller type='scsi' index='${Math.max(...byIndex.keys()) + 1}' model='virtio-scsi'/> and address the other disks to it.`,
          }),
    });
  },
  examples: [
    {
      name: 'nine disks without addresses, one controller',
      guest: devices(controller(virtio), ...nine),
      expect: 'bad',
      severity: 'warning',
      fixes: ['domain-xml'],
    },
    {
      name: 'a second virtio-scsi',
      guest: devices(controller(virtio), controller(virtio, 1), ...nine),
      expect: 'good',
    },
    { name: 'nine with addresses', guest: devices(controller(virtio), ...addressed), expect: 'good' },
    {
      name: 'nine with addresses, by the letter of the guide',
      guest: devices(controller(virtio), ...addressed),
      policy: 'guide',
      expect: 'bad',
      fixes: [],
    },
    {
      name: 'lsilogic for data, in a guest that drives virtio-scsi',
      guest: {
        xml: devices(
          "<disk type='block' device='disk'><source dev='/dev/vg/a'/><target dev='vda' bus='virtio'/></disk>",
          controller("model='lsilogic'"),
          disk('sda'),
        ),
        inside: {
          '/sys/bus/virtio/devices/virtio0/uevent': 'DRIVER=virtio_scsi\nMODALIAS=virtio:d00000008v00001AF4\n',
        },
      },
      expect: 'bad',
      fixes: ['domain-xml'],
    },
    { name: 'lsilogic', guest: devices(controller("model='lsilogic'"), disk('sda')), expect: 'bad' },
    { name: 'no controller and no model', guest: devices(disk('sda')), expect: 'bad', fixes: ['domain-xml'] },
    {
      name: 'a transitional one',
      guest: devices(controller("model='virtio-transitional'"), disk('sda')),
      expect: 'good',
    },
    {
      name: 'POWER, where the default is ibmvscsi',
      guest: `<os><type arch='ppc64le' machine='pseries'>hvm</type></os>${devices(disk('sda'))}`,
      expect: 'good',
    },
    { name: 'no SCSI disk', expect: 'not-applicable' },
    { name: 'a controller of no type', guest: devices('<controller/>', disk('sda')), expect: 'unknown' },
  ],
});
