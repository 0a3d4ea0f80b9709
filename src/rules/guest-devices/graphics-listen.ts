import { editPlaces } from '#change/recipes/edit-places';
import { defineRule } from '#check/define-rule';
import { listNames } from '#check/list-names';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { portConflicts } from '#model/derived/graphics-ports';
import { asFact, known, orAbsent } from '#model/known';

const conf = '/etc/libvirt/qemu.conf';
const screen = (attributes: string, type = 'vnc'): string =>
  `<devices><graphics type='${type}' ${attributes}/><video><model type='virtio'/></video></devices>`;
const wide = new Set(['0.0.0.0', '::', '*']);

export default defineRule({
  id: 'guest-devices/graphics-listen',
  subject: 'guest',
  guide: ['7.3'],
  severity: 'error',
  says: 'The guest’s screen has a port of its own, and none that the whole network may open.',
  because:
    'Two screens on one port: the second guest does not start. One that listens on all addresses is a console for whoever reaches the host.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 7.3: spice_listen, listen' },
    {
      grade: 'documented',
      at: 'libvirt: formatdomain, graphics; qemu.conf: vnc_tls, vnc_sasl, vnc_password, spice_tls, spice_sasl',
    },
  ],
  when: { guestType: ['kvm', 'qemu'] },
  intents: {},
  params: {},
  costs: [
    'A screen on the loopback address is reached through SSH or virt-viewer --connect qemu+ssh://HOST/system only.',
  ],
  departs: [
    {
      guideSays:
        'With SPICE set spice_listen or listen to ::1 where the host has no IPv4 address; its sample ends in “>>”.',
      truth: 'The address must be one that the host has; SPICE may be left out of QEMU altogether (RHEL 9).',
      source: 'libvirt: formatdomain, graphics; formatdomaincaps, graphics',
      errata: ['X49'],
      guideSame: 'an address that the host lacks is what the guide warns of',
    },
  ],
  needs: {
    graphics: ({ guest }) => orAbsent(guest.config.graphics),
    conflicts: ({ guest, guests }) => asFact(portConflicts(guest, guests)),
    qemuConf: ({ host }) => asFact(orAbsent(host.libvirt.qemuConf)),
    name: ({ guest }) => known(guest.name),
  },
  check({ graphics = [], conflicts, qemuConf, name }) {
    const screens = graphics.filter(({ type }) => type === 'vnc' || type === 'spice');
    if (screens.length === 0) return notApplicable('it has no VNC or SPICE screen');
    const [clash] = conflicts.state === 'known' ? conflicts.value : [];
    if (clash !== undefined) {
      const place = `devices/graphics[${graphics.findIndex(({ at }) => at === clash.at) + 1}]`;
      return bad(`its ${clash.type} port ${clash.port} is also that of ${listNames(clash.others)}`, {
        wants: 'port -1 with autoport, or a port of its own',
        so: 'the guest that starts second does not start',
        evidence: [clash.at],
        fix: [
          editPlaces(name, [
            [`${place}/@port`, String(clash.port), '-1'],
            [`${place}/@autoport`, 'no', 'yes'],
          ]),
        ],
      });
    }
    if (conflicts.state === 'unknown') return undecided(conflicts.reason, conflicts.remedy);
    const setting = (key: string): string | undefined =>
      qemuConf.state === 'known' ? qemuConf.value?.get(key)?.values[0] : undefined;
    const open = screens.find(({ type, listen, hasPassword }) => {
      const addresses = listen.length > 0 ? listen : [setting(`${type}_listen`) ?? '127.0.0.1'];
      const isGuarded =
        hasPassword ||
        setting(`${type}_tls`) === '1' ||
        setting(`${type}_sasl`) === '1' ||
        setting(`${type}_password`) !== undefined;
      return addresses.some(address => wide.has(address)) && !isGuarded;
    });
    if (open !== undefined) {
      return undecided(
        `its ${open.type} screen listens on all addresses without TLS or SASL; whether a password guards it the XML does not show`,
        `virsh dumpxml --security-info ${name} shows passwd under graphics, or none; else listen='127.0.0.1', or ${open.type}_tls = 1 in ${conf}`,
      );
    }
    return qemuConf.state === 'unknown' && screens.some(({ listen }) => listen.length === 0)
      ? undecided(qemuConf.reason, qemuConf.remedy)
      : good;
  },
  examples: [
    {
      name: 'two screens on one port',
      guest: screen("port='5901' autoport='no'"),
      others: [screen("port='5901' autoport='no'")],
      expect: 'bad',
      severity: 'error',
    },
    { name: 'a port each', guest: screen("port='5901'"), others: [screen("port='5902'")], expect: 'good' },
    { name: 'a port that libvirt chooses', guest: screen("port='-1' autoport='yes'"), expect: 'good' },
    {
      name: 'one port on two addresses',
      guest: screen("port='5901' listen='::1'"),
      others: [screen("port='5901' listen='127.0.0.1'")],
      expect: 'good',
    },
    {
      name: 'the other is off and stays off',
      guest: screen("port='5901'"),
      others: [{ xml: screen("port='5901'"), isRunning: false }],
      expect: 'good',
    },
    { name: '::1', guest: screen("autoport='yes' listen='::1'", 'spice'), expect: 'good' },
    { name: 'all addresses', guest: screen("autoport='yes' listen='0.0.0.0'"), expect: 'unknown' },
    {
      name: 'all addresses, with TLS',
      guest: screen("autoport='yes' listen='0.0.0.0'"),
      files: { [conf]: 'vnc_tls = 1\n' },
      expect: 'good',
    },
    { name: 'no screen', expect: 'not-applicable' },
  ],
});
