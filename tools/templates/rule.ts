import { defineRule } from '#check/define-rule';
import { bad, good } from '#check/verdict';

export default defineRule({
  id: 'area/name',
  subject: 'host',
  guide: ['0.0'],
  severity: 'warning',
  says: 'The wanted state, as a sentence that reads true where all is well.',
  because: 'What is lost otherwise.',
  sources: [{ grade: 'documented', at: 'document: chapter, and the words there that say so' }],
  when: { hypervisor: 'kvm' },
  intents: {},
  params: {
    least: { default: 1024 ** 3, unit: 'bytes', why: 'every number that no document fixes has its reason here' },
  },
  costs: ['What is worse after the fix; an empty list says that nothing is.'],
  needs: {
    // facts, from the model; where one is unknown the outcome is unknown, and the rule is not asked
    found: ({ host }) => host.memory.total,
  },
  check({ found }, { params }) {
    if (found >= params.least) return good;
    return bad(`found ${found} bytes`, { wants: `${params.least} bytes`, otherwise: 'What a person must do.' });
  },
  // write these first: a bad, a good and an unknown one, and both sides of every border
  examples: [],
});
