import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { isRunning } from '#model/derived/committed-guests';
import { asFact, known, valueIfKnown } from '#model/known';

const file = '/var/lib/libvirt/images/g.qcow2';
const xml = `<devices><disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='${file}'/><target dev='vda' bus='virtio'/></disk></devices>`;
const told = (isDirty: boolean, isCorrupt: boolean): Readonly<Record<string, string>> => ({
  [`qemu-img info --force-share --output=json --backing-chain -f qcow2 -- ${file}`]: JSON.stringify([
    {
      filename: file,
      format: 'qcow2',
      'dirty-flag': isDirty,
      'format-specific': { type: 'qcow2', data: { compat: '1.1', corrupt: isCorrupt } },
    },
  ]),
});
const off = { xml, isRunning: false };

export default defineRule({
  id: 'image/qcow2-dirty',
  subject: 'disk',
  guide: ['5.1.2'],
  severity: 'error',
  says: 'The image is not marked as dirty or corrupt.',
  because:
    'QEMU marks an image whose tables contradict each other as corrupt and writes to it no more; a dirty one was not closed.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 5.1.2: qemu-img check -r all' },
    { grade: 'specified', at: 'QEMU: docs/interop/qcow2.txt, incompatible features: dirty bit, corrupt bit' },
  ],
  intents: {},
  params: {},
  costs: ['The guest is off while the image is checked; a repair can lose data, so a copy comes first.'],
  needs: {
    disk: ({ disk: one }) => known(one, one.at),
    image: ({ disk: one }) => asFact(one.image),
    running: ({ guest }) => isRunning(guest),
  },
  check({ disk: one, image, running }) {
    if (one.format !== 'qcow2' && one.format !== 'qed') return notApplicable('the image is neither qcow2 nor qed');
    if (image.state === 'absent') return notApplicable('there is no image');
    const facts = valueIfKnown(image);
    const path = facts?.path ?? one.source ?? one.target;
    const repair = `With the guest off: cp --sparse=always ${path} ${path}.before-repair; qemu-img check -f ${one.format} -r all ${path}.`;
    if (facts?.isCorrupt === true) {
      return bad(`${path} is marked as corrupt`, {
        wants: 'an image that passes qemu-img check',
        so: 'it can be read, and not written to',
        otherwise: repair,
      });
    }
    // an image in use with lazy refcounts is dirty by design
    if (facts?.isDirty === true && !running) {
      return bad(`${path} was not closed`, {
        severity: 'warning',
        wants: 'an image that passes qemu-img check',
        so: 'it is checked as a whole at the next start',
        otherwise: repair,
      });
    }
    if (image.state === 'unknown') return undecided(image.reason, image.remedy);
    return facts?.isDirty === undefined && facts?.isCorrupt === undefined
      ? undecided('the marks of the image were not told', `qemu-img info -U -f ${one.format} ${path}`)
      : good;
  },
  examples: [
    { name: 'corrupt', guest: off, commands: told(false, true), expect: 'bad', severity: 'error' },
    { name: 'clean', guest: off, commands: told(false, false), expect: 'good' },
    {
      name: 'dirty, of a guest that is off',
      guest: off,
      commands: told(true, false),
      expect: 'bad',
      severity: 'warning',
    },
    { name: 'dirty, in use', guest: xml, commands: told(true, false), expect: 'good' },
    { name: 'raw', guest: xml.replace('qcow2', 'raw'), expect: 'not-applicable' },
    { name: 'an image that nobody looked at', guest: off, expect: 'unknown' },
  ],
});
