import { setConfigKey } from '#change/kinds/config-key';
import { defineRule } from '#check/define-rule';
import { referenceLibvirt } from '#check/reference/reference-libvirt';
import { bad, good } from '#check/verdict';
import { orAbsent } from '#model/known';

const conf = '/etc/libvirt/qemu.conf';
const set = (...lines: readonly string[]) => ({ [conf]: `${lines.join('\n')}\n` });
const bare = referenceLibvirt.capabilities.replace('<secmodel><model>apparmor</model><doi>0</doi></secmodel>', '');

export default defineRule({
  id: 'libvirt-hygiene/confinement',
  subject: 'host',
  guide: [],
  beyond: 'a guest that breaks out of QEMU meets the host’s rights of that process: confinement decides how many',
  severity: 'warning',
  says: 'QEMU runs as a user of its own, under SELinux or AppArmor, with its seccomp filter.',
  because:
    'A hole in one of QEMU’s many emulated devices gives a guest the rights of its process; as root those are all.',
  sources: [
    {
      grade: 'documented',
      at: 'libvirt: drvqemu, Driver security architecture; qemu.conf: user, security_driver, seccomp_sandbox',
    },
    { grade: 'documented', at: 'libvirt: formatcaps, host/secmodel' },
  ],
  when: { hypervisor: 'kvm', instance: 'system' },
  intents: {},
  params: {},
  costs: ['Images and devices may need other owners or labels; guests take the change when they are next started.'],
  needs: {
    settings: ({ host }) => orAbsent(host.libvirt.qemuConf),
    capabilities: ({ host }) => host.libvirt.capabilities,
  },
  check({ settings, capabilities }) {
    const setting = (key: string): string | undefined => settings?.get(key)?.values[0];
    const user = setting('user');
    const drivers = settings?.get('security_driver')?.values ?? [];
    const evidence = (key: string) => {
      const line = settings?.get(key);
      return line === undefined
        ? []
        : [
            {
              from: conf,
              value: `${key} = ${line.values.join(', ')}`,
              place: { file: conf, line: line.line, column: 1 },
            },
          ];
    };
    if (user === 'root' || user === '+0' || user === '0') {
      return bad(`QEMU runs as root (user = "${user}")`, {
        wants: 'the user that libvirt was built with',
        so: 'a guest that breaks out of QEMU owns the host',
        evidence: evidence('user'),
        fix: [setConfigKey(conf, 'user', user, undefined)],
      });
    }
    const sandbox = setting('seccomp_sandbox');
    if (sandbox === '0') {
      return bad('QEMU’s seccomp filter is off (seccomp_sandbox = 0)', {
        severity: 'hint',
        wants: 'the default, which is on',
        evidence: evidence('seccomp_sandbox'),
        fix: [setConfigKey(conf, 'seccomp_sandbox', '0', undefined)],
      });
    }
    if (drivers.length === 1 && drivers[0] === 'none') {
      return bad('libvirt confines no guest (security_driver = "none")', {
        severity: 'hint',
        wants: 'the default: SELinux or AppArmor, as the host has',
        so: 'guests are kept apart by file owners only',
        evidence: evidence('security_driver'),
        fix: [setConfigKey(conf, 'security_driver', 'none', undefined)],
      });
    }
    const models = capabilities.securityModels;
    if (models.some(model => model !== 'dac' && model !== 'none')) return good;
    return bad(
      `libvirt confines guests by file owners only (${models.length === 0 ? 'no security model' : models.join(', ')})`,
      {
        severity: 'hint',
        wants: 'selinux or apparmor beside dac',
        so: 'one guest’s QEMU may read what another one’s may',
        otherwise:
          'Install and switch on AppArmor or SELinux (aa-status, getenforce), then restart the libvirt daemon and the guests.',
      },
    );
  },
  examples: [
    { name: 'QEMU as root', files: set('user = "root"'), expect: 'bad', severity: 'warning', fixes: ['config-key'] },
    { name: 'a user of its own, AppArmor', expect: 'good' },
    { name: 'no security model', libvirt: { capabilities: bare }, expect: 'bad', severity: 'hint', fixes: [] },
    {
      name: 'confinement switched off',
      files: set('security_driver = "none"'),
      expect: 'bad',
      severity: 'hint',
      fixes: ['config-key'],
    },
    { name: 'no seccomp filter', files: set('seccomp_sandbox = 0'), expect: 'bad', severity: 'hint' },
    { name: 'a user’s libvirt', libvirt: { uri: 'qemu:///session' }, expect: 'not-applicable' },
    { name: 'settings not readable', files: { [conf]: 'denied' }, expect: 'unknown' },
  ],
});
