import { defineRule } from '#check/define-rule';
import { bad, good, undecided } from '#check/verdict';
import { shapeOfGuest, unreadShape } from '#model/derived/shape-of-guest';
import { known, orAbsent } from '#model/known';

const dense = "<memoryBacking><hugepages/></memoryBacking><numatune><memory mode='strict' nodeset='0'/></numatune>";
const desk =
  "<devices><graphics type='spice'/><video><model type='qxl'/></video><sound model='ich9'/><redirdev bus='usb' type='spicevmc'/></devices>";

export default defineRule({
  id: 'libvirt-hygiene/intent-said',
  subject: 'guest',
  guide: [],
  beyond:
    'The guide says “it depends on your workload” at most places; what the workload is, only the owner of the guest knows.',
  severity: 'hint',
  says: 'A guest that is set up for a special end says which.',
  because:
    'Without it the guest is judged as a general one, and what its end asks for is neither asked for nor defended.',
  sources: [{ grade: 'documented', at: 'SUSE Virtualization Best Practices, 1: virtualization scenarios' }],
  intents: {},
  params: {},
  costs: [],
  needs: { said: ({ guest }) => orAbsent(guest.declaredIntents), guest: ({ guest }) => known(guest) },
  check({ guest }, { isIntentSaid }) {
    if (isIntentSaid) return good;
    const shape = shapeOfGuest(guest);
    const unread = unreadShape(guest);
    if (shape === undefined) return unread === undefined ? good : undecided(unread.reason, unread.remedy);
    const [first] = shape.suggests;
    return bad(
      `nobody said what it is for, and it looks like ${shape.suggests.join(' or ')}: ${shape.signs.join(', ')}`,
      {
        wants: 'its intent in its metadata, in nearmetal.yaml or with --intent',
        so: 'it is judged as a general guest',
        otherwise: `nearmetal intent ${guest.name} ${first ?? 'INTENT'}; or general, if that is what it is.`,
      },
    );
  },
  examples: [
    { name: 'huge pages and memory bound to a node', guest: dense, expect: 'bad' },
    { name: 'a desktop', guest: desk, expect: 'bad' },
    {
      name: 'a realtime guest',
      guest: "<vcpu>2</vcpu><cputune><vcpusched vcpus='0-1' scheduler='fifo' priority='1'/></cputune>",
      expect: 'bad',
    },
    { name: 'a desktop that says so', guest: desk, intents: ['desktop'], expect: 'good' },
    { name: 'said to be general', guest: dense, intents: ['general'], expect: 'good' },
    { name: 'nothing special', expect: 'good' },
    { name: 'huge pages alone', guest: '<memoryBacking><hugepages/></memoryBacking>', expect: 'good' },
    {
      name: 'pins that cannot be read',
      guest: "<vcpu>2</vcpu><cputune><vcpupin vcpu='0' cpuset='all'/></cputune>",
      expect: 'unknown',
    },
  ],
});
