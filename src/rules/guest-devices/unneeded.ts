import { editPlaces } from '#change/recipes/edit-places';
import { defineRule } from '#check/define-rule';
import { bad, good } from '#check/verdict';
import type { Evidence } from '#model/known';
import { known, orAbsent } from '#model/known';
import { secretMark } from '#units/secret';

const devices = (...elements: readonly string[]): string => `<devices>${elements.join('')}</devices>`;
const sound = "<sound model='ich9'/>";
const floppy =
  "<disk type='file' device='disk'><source file='/g.raw'/><target dev='vda' bus='virtio'/></disk><disk type='file' device='floppy'><target dev='fda' bus='fdc'/></disk>";

/** A device that does nothing for the guest. */
interface Needless {
  readonly key: string;
  readonly saw: string;
  readonly at: Evidence;
  /** The element in the definition, and what to write in its place; undefined: nothing. */
  readonly place: string;
  readonly instead?: string;
}

/** Numbers shift when one goes, so that a device is named by what it is. */
const placeOf = (element: string, model: string | undefined, at: Evidence): string => {
  const name = /^<[^>]*\smodel=/.test(at.value) ? 'model' : 'type';
  return `devices/${element}${model === undefined ? '' : `[@${name}='${model}']`}`;
};

export default defineRule({
  id: 'guest-devices/unneeded',
  subject: 'guest',
  guide: ['6.4'],
  severity: 'hint',
  says: 'The guest has only devices that it uses.',
  because:
    'Each emulated device is code of QEMU that a guest can attack, and many wake the CPU in vain: a USB controller polls a thousand times a second.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 6.4: remove devices that are not needed' },
    { grade: 'documented', at: 'libvirt: formatdomain, controller type usb, model none' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {
    database: { level: 'should', want: 'no USB controller either' },
    latency: { level: 'should', want: 'no USB controller and no balloon either' },
    hpc: { level: 'should', want: 'no USB controller and no balloon either' },
    desktop: { level: 'avoid' },
  },
  params: {},
  costs: ['A device that was used after all is missed; a VNC screen without a tablet has a pointer that drifts.'],
  needs: {
    others: ({ guest }) => orAbsent(guest.config.otherDevices),
    disks: ({ guest }) => orAbsent(guest.config.disks),
    controllers: ({ guest }) => orAbsent(guest.config.controllers),
    channels: ({ guest }) => orAbsent(guest.config.channels),
    graphics: ({ guest }) => orAbsent(guest.config.graphics),
    balloon: ({ guest }) => orAbsent(guest.config.balloon),
    hostDevices: ({ guest }) => orAbsent(guest.config.hostDevices),
    name: ({ guest }) => known(guest.name),
  },
  check(facts, { intents }) {
    const {
      others = [],
      disks = [],
      controllers = [],
      channels = [],
      graphics = [],
      balloon,
      hostDevices = [],
    } = facts;
    const isStrict = intents.some(intent => intent === 'latency' || intent === 'hpc' || intent === 'database');
    const isSteady = intents.some(intent => intent === 'latency' || intent === 'hpc');
    const hasScreen = graphics.length > 0;
    const isSpice = graphics.some(({ type }) => type === 'spice');
    const isIdle = (element: string, model: string | undefined): boolean =>
      element === 'parallel' ||
      // SPICE carries sound, USB and cards between guest and viewer; VNC of libvirt does not
      (element === 'sound' && !isSpice) ||
      (element === 'redirdev' && model === 'spicevmc' && !isSpice) ||
      (element === 'smartcard' && !(model === 'spicevmc' && isSpice)) ||
      (element === 'input' && model === 'tablet' && !hasScreen);
    const usb = [
      ...others.filter(
        ({ element, model }) => ['redirdev', 'hub', 'smartcard'].includes(element) || model === 'tablet',
      ),
      ...disks.filter(({ bus }) => bus === 'usb'),
      ...hostDevices.filter(({ type }) => type === 'usb'),
    ];
    const needless: readonly Needless[] = [
      ...others.flatMap(({ element, model, at }, index) =>
        isIdle(element, model)
          ? [
              {
                key: `${element} ${index + 1}`,
                saw: `${element} ${model ?? ''}`.trim(),
                at,
                place: placeOf(element, model, at),
              },
            ]
          : [],
      ),
      // a drive with a medium, or one to boot from, is used
      ...disks.flatMap(({ device, source, target, at }) =>
        device === 'floppy' && source === undefined
          ? [{ key: target, saw: `floppy ${target}`, at, place: `devices/disk[target/@dev='${target}']` }]
          : [],
      ),
      ...channels.flatMap(({ type, at }, index) =>
        type === 'spicevmc' && !isSpice
          ? [
              {
                key: `channel ${index + 1}`,
                saw: 'a SPICE channel without SPICE',
                at,
                place: "devices/channel[@type='spicevmc']",
              },
            ]
          : [],
      ),
      ...(isStrict && usb.length === 0
        ? controllers.flatMap(({ type, model, index, at }) =>
            type === 'usb' && model !== 'none'
              ? [
                  {
                    key: `usb ${index ?? 0}`,
                    saw: 'a USB controller without devices',
                    at,
                    place: `devices/controller[@type='usb'][@index='${index ?? 0}']`,
                    instead: `<controller type='usb' index='${index ?? 0}' model='none'/>`,
                  },
                ]
              : [],
          )
        : []),
      ...(isSteady && balloon !== undefined && balloon.model !== 'none'
        ? [
            {
              key: 'memballoon',
              saw: 'a balloon',
              at: balloon.at,
              place: 'devices/memballoon',
              instead: "<memballoon model='none'/>",
            },
          ]
        : []),
    ];
    const [first] = needless;
    if (first === undefined) return good;
    const instead = [...new Set(needless.flatMap(one => one.instead ?? []))];
    const out = needless.filter(one => one.instead === undefined).map(one => one.saw);
    // a quotation that was cut short cannot be put back, and of two alike none can be named; USB controllers belong to each other
    const isWhole =
      needless.every(({ at }) => !at.value.endsWith('…') && !at.value.includes(secretMark)) &&
      new Set(needless.map(({ place }) => place)).size === needless.length &&
      needless.filter(({ place }) => place.includes('controller')).length <= 1;
    return bad(
      needless.length === 1
        ? `it has ${first.saw}, which nothing seems to use`
        : `it has ${needless.length} devices that nothing seems to use: ${needless.map(({ saw }) => saw).join(', ')}`,
      {
        parts: needless.map(({ key, saw, at }) => ({ key, saw, evidence: [at] })),
        ...(isWhole
          ? {
              fix: [
                editPlaces(
                  facts.name,
                  needless.map(({ place, at, instead: to }) => [place, at.value, to]),
                ),
              ],
            }
          : {
              otherwise: `virsh edit ${facts.name}: ${[
                ...(out.length > 0 ? [`take out ${out.join(', ')}`] : []),
                ...(instead.length > 0 ? [`write ${instead.join(', ')} instead`] : []),
              ].join('; ')}. Keep one serial console.`,
            }),
      },
    );
  },
  examples: [
    {
      name: 'a floppy with a medium',
      guest: devices(floppy.replace("'floppy'>", "'floppy'><source file='/drivers.img'/>")),
      expect: 'good',
    },
    { name: 'sound and a floppy', guest: devices(sound, floppy), expect: 'bad', severity: 'hint' },
    { name: 'neither', expect: 'good' },
    {
      name: 'what SPICE carries between guest and viewer',
      guest: devices(
        sound,
        "<smartcard mode='passthrough' type='spicevmc'/>",
        "<redirdev bus='usb' type='spicevmc'/>",
        "<graphics type='spice' autoport='yes'/>",
      ),
      expect: 'good',
    },
    { name: 'sound on a desktop', guest: devices(sound), intents: ['desktop'], expect: 'not-applicable' },
    {
      name: 'a tablet with a screen',
      guest: devices("<input type='tablet' bus='usb'/>", "<graphics type='vnc'/>"),
      expect: 'good',
    },
    { name: 'a tablet without', guest: devices("<input type='tablet' bus='usb'/>"), expect: 'bad' },
    { name: 'a USB controller for nothing, for latency', intents: ['latency'], expect: 'bad' },
    {
      name: 'no USB and no balloon, for latency',
      guest: devices("<controller type='usb' model='none'/>", "<memballoon model='none'/>"),
      intents: ['latency'],
      expect: 'good',
    },
    {
      name: 'SPICE channels without SPICE',
      guest: devices(
        "<channel type='spicevmc'><target type='virtio' name='com.redhat.spice.0'/></channel>",
        "<controller type='virtio-serial' index='0'/>",
      ),
      expect: 'bad',
    },
    { name: 'a controller that names no type', guest: devices('<controller/>'), expect: 'unknown' },
  ],
});
