import { editPlaces } from '#change/recipes/edit-places';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import { known, orAbsent } from '#model/known';

const screen = (attributes: string): string =>
  `<devices><graphics type='vnc' port='-1' autoport='yes' ${attributes}/><video><model type='virtio'/></video></devices>`;
const args = (...values: readonly string[]): string =>
  `<qemu:commandline>${values.map(value => `<qemu:arg value='${value}'/>`).join('')}</qemu:commandline>`;
/** Key maps that QEMU brings: pc-bios/keymaps. */
const keymaps = new Set(
  'ar bepo common cz da de de-ch en-gb en-us es et fi fo fr fr-be fr-ca fr-ch hr hu is it ja lt lv mk modifiers nl nl-be no pl pt pt-br ru sl sv th tr'.split(
    ' ',
  ),
);

export default defineRule({
  id: 'guest-devices/vnc-keymap',
  subject: 'guest',
  guide: ['7.2'],
  severity: 'warning',
  says: 'A keymap of the guest’s screen is one that QEMU knows, and stands in the XML if anywhere.',
  because:
    'QEMU does not start with a keymap that it does not know; one given behind libvirt’s back is seen by nobody who edits the guest.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 7.2: keymap in the libvirt XML' },
    { grade: 'documented', at: 'libvirt: formatdomain, graphics/@keymap; QEMU: pc-bios/keymaps' },
    { grade: 'documented', at: 'QEMU: qemu(1), -k: not needed where the VNC client sends raw key codes' },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {},
  params: {},
  costs: [],
  departs: [
    {
      guideSays: 'Set the keymap, for example en-us.',
      truth:
        'VNC clients of today send raw key codes, which need no keymap: leave it unset unless the client lacks that extension.',
      source: 'QEMU: qemu(1), -k',
      errata: ['X48'],
      guideCheck: 'a VNC screen without keymap is a hint',
    },
  ],
  needs: {
    graphics: ({ guest }) => orAbsent(guest.config.graphics),
    args: ({ guest }) => orAbsent(guest.config.qemuArguments),
    name: ({ guest }) => known(guest.name),
  },
  check({ graphics = [], args: given = [], name }, { policy }) {
    const screens = graphics.filter(({ type }) => type === 'vnc' || type === 'spice');
    const flag = given.indexOf('-k');
    const keymapOf = (screen: (typeof graphics)[number]): string =>
      `devices/graphics[${graphics.indexOf(screen) + 1}]/@keymap`;
    if (screens.length === 0 && flag < 0) return notApplicable('it has no VNC or SPICE screen');
    const wrong = screens.find(({ keymap }) => keymap !== undefined && !keymaps.has(keymap));
    if (wrong !== undefined) {
      return bad(`its ${wrong.type} keymap ${wrong.keymap} is none that QEMU has`, {
        severity: 'error',
        wants: 'no keymap, or one of /usr/share/qemu/keymaps',
        so: 'the guest does not start: “could not read keymap file”',
        evidence: [wrong.at],
        fix: [editPlaces(name, [[keymapOf(wrong), wrong.keymap, undefined]])],
      });
    }
    if (flag >= 0) {
      return bad(`its keymap is set by a QEMU argument (-k ${given[flag + 1] ?? ''})`, {
        wants: 'no keymap, or keymap in the graphics element',
        otherwise: `virsh edit ${name}: take the qemu:arg elements -k and ${given[flag + 1] ?? ''} out; where the VNC client needs a keymap, add keymap='${given[flag + 1] ?? 'en-us'}' to graphics.`,
      });
    }
    const unset = screens.find(({ keymap, type }) => keymap === undefined && type === 'vnc');
    if (policy !== 'guide' || unset === undefined) return good;
    return bad('its VNC screen has no keymap', {
      severity: 'hint',
      wants: 'a keymap such as en-us',
      evidence: [unset.at],
      fix: [editPlaces(name, [[keymapOf(unset), undefined, 'en-us']])],
    });
  },
  examples: [
    { name: 'an argument to QEMU', guest: `${screen('')}${args('-k', 'de')}`, expect: 'bad', severity: 'warning' },
    { name: 'in the XML', guest: screen("keymap='de'"), expect: 'good' },
    { name: 'unset', guest: screen(''), expect: 'good' },
    { name: 'unset, by the guide', guest: screen(''), policy: 'guide', expect: 'bad', severity: 'hint' },
    { name: 'a keymap that QEMU has not', guest: screen("keymap='deutsch'"), expect: 'bad', severity: 'error' },
    { name: 'no screen', expect: 'not-applicable' },
    {
      name: 'a screen that cannot be read',
      guest: "<devices><graphics type='vnc' autoport='perhaps'/></devices>",
      expect: 'unknown',
    },
  ],
});
