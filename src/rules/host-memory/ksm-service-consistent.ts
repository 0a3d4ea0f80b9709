import { setService } from '#change/kinds/service';
import { makeKnobLast } from '#change/recipes/lasting-knob';
import { defineRule } from '#check/define-rule';
import { bad, good, undecided } from '#check/verdict';
import { writtenAtBoot } from '#model/derived/boot-write';
import { knobAtBoot } from '#model/derived/knob-at-boot';
import { allKnown, asFact, ifKnown, orAbsent } from '#model/known';
import type { Service } from '#model/service';

const run = '/sys/kernel/mm/ksm/run';
const installed = (name: string) => ({ [`/usr/lib/systemd/system/${name}`]: '[Service]\nExecStart=/bin/true\n' });
const enabled = (name: string) => ({
  ...installed(name),
  [`/etc/systemd/system/multi-user.target.wants/${name}`]: `-> /usr/lib/systemd/system/${name}`,
  [`/run/systemd/units/invocation:${name}`]: '-> 0',
});
/** Where it cannot be told whether a service is active, its being enabled says what it stands for. */
const isOn = (service: Service | undefined): boolean => service?.isActive ?? service?.isEnabled ?? false;

export default defineRule({
  id: 'host-memory/ksm-service-consistent',
  subject: 'host',
  guide: ['4.1.4'],
  severity: 'hint',
  says: 'KSM runs or rests because one owner says so, and will after the next boot.',
  because: 'A switch set by hand is forgotten at the next boot; a service that is on while KSM is off starts it then.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 4.1.4: ksm.service, or alternatively run' },
    { grade: 'documented', at: 'linux: admin-guide/mm/ksm.rst, run' },
  ],
  when: { hypervisor: 'kvm' },
  intents: {},
  params: {},
  costs: [],
  needs: {
    ksm: ({ host }) => host.memory.ksm,
    owners: ({ host }) =>
      asFact(
        allKnown({
          services: host.services,
          written: orAbsent(writtenAtBoot(host.kernel, run)),
          tuned: orAbsent(host.tuned.settings),
        }),
      ),
    boot: ({ host }) => ifKnown(knobAtBoot(host, run)),
  },
  check({ ksm, owners, boot }) {
    if (owners.state === 'unknown') return undecided(owners.reason, owners.remedy);
    const { services = [], written, tuned = [] } = owners.state === 'known' ? owners.value : {};
    const find = (name: string): Service | undefined =>
      services.find(service => service.name === name && service.isInstalled);
    const unit = find('ksm.service');
    // ksmtuned and MOM start and stop KSM by themselves
    const tuner = ['ksmtuned.service', 'momd.service', 'mom-vdsm.service'].find(name => isOn(find(name)));
    if (tuner !== undefined) return good;
    if (ksm.run !== 1) {
      if (!isOn(unit)) return good;
      return bad(`ksm.service is on, yet KSM does not run (run ${ksm.run})`, {
        wants: 'both on or both off',
        so: 'KSM starts at the next boot',
        otherwise: 'For KSM: systemctl restart ksm.service. Against it: systemctl disable --now ksm.service.',
      });
    }
    const isByTuned = tuned.some(({ plugin, key, value }) => plugin === 'sysfs' && key === run && value === '1');
    if (isOn(unit) || unit?.isEnabled === true || written?.value === '1' || isByTuned) return good;
    const before = { isEnabled: unit?.isEnabled ?? false, isActive: unit?.isActive ?? false };
    return bad('KSM runs, and nothing starts it at boot', {
      wants: 'ksm.service, ksmtuned or a line in tmpfiles.d that starts it',
      so: 'memory that KSM saves is missing after the next boot',
      ...(unit
        ? { fix: [setService('ksm.service', before, { isEnabled: true, isActive: true })] }
        : makeKnobLast(run, '1', '1', boot)),
    });
  },
  examples: [
    {
      name: 'by hand, service disabled',
      files: { [run]: '1', ...installed('ksm.service') },
      expect: 'bad',
      fixes: ['service'],
    },
    { name: 'by hand, no service', files: { [run]: '1' }, expect: 'bad', fixes: ['tmpfiles'] },
    { name: 'both on', files: { [run]: '1', ...enabled('ksm.service') }, expect: 'good' },
    { name: 'by tmpfiles.d', files: { [run]: '1', '/etc/tmpfiles.d/k.conf': `w ${run} - - - - 1\n` }, expect: 'good' },
    { name: 'service on, KSM off', files: enabled('ksm.service'), expect: 'bad', fixes: [] },
    { name: 'ksmtuned, memory plentiful', files: enabled('ksmtuned.service'), expect: 'good' },
    { name: 'both off', expect: 'good' },
    { name: 'no KSM in this kernel', files: { '/sys/kernel/mm/ksm/': null }, expect: 'not-applicable' },
    { name: 'not readable', files: { [run]: 'denied' }, expect: 'unknown' },
  ],
});
