// A rule of one's own: nearmetal rules test examples/rules holds it to what all rules are held to.
import { bad, defineRule, good } from 'nearmetal';

export default defineRule({
  id: 'site/vcpus-bounded',
  subject: 'guest',
  guide: [],
  beyond: 'our licences are counted by vCPU',
  severity: 'warning',
  says: 'The guest has no more vCPUs than our licences allow.',
  because: 'Each vCPU above the bound costs a licence that nobody ordered.',
  sources: [{ grade: 'documented', at: 'handbook of the virtualization team, chapter Licences' }],
  when: { guestType: ['kvm'] },
  intents: {},
  params: { most: { default: 16, unit: 'vCPUs', why: 'as many as a licence of the standard size covers' } },
  costs: ['The guest computes less at a time.'],
  needs: { vcpus: ({ guest }) => guest.config.vcpus },
  check({ vcpus }, { params }) {
    if (vcpus.max <= params.most) return good;
    return bad(`it has ${vcpus.max} vCPUs`, {
      wants: `at most ${params.most}`,
      otherwise: `order licences, or virsh setvcpus --config --maximum ${params.most}`,
    });
  },
  examples: [
    { name: 'as many as allowed', guest: '<vcpu>16</vcpu>', expect: 'good' },
    { name: 'one more', guest: '<vcpu>17</vcpu>', expect: 'bad' },
    { name: 'a bound of its own', guest: '<vcpu>17</vcpu>', params: { most: 17 }, expect: 'good' },
    { name: 'a number that is none', guest: '<vcpu>many</vcpu>', expect: 'unknown' },
  ],
});
