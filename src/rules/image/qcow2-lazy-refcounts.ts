import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { asFact, known } from '#model/known';

const file = '/var/lib/libvirt/images/g.qcow2';
const disk = (cache: string, format = 'qcow2'): string =>
  `<devices><disk type='file' device='disk'><driver name='qemu' type='${format}' ${cache}/><source file='${file}'/><target dev='vda' bus='virtio'/></disk></devices>`;
const through = disk("cache='writethrough'");
const told = (data: object): Readonly<Record<string, string>> => ({
  [`qemu-img info --force-share --output=json --backing-chain -f qcow2 -- ${file}`]: JSON.stringify([
    { filename: file, format: 'qcow2', 'format-specific': { type: 'qcow2', data } },
  ]),
});
const on = told({ compat: '1.1', 'lazy-refcounts': true });
const off = told({ compat: '1.1', 'lazy-refcounts': false });

export default defineRule({
  id: 'image/qcow2-lazy-refcounts',
  subject: 'disk',
  guide: ['5.1.2'],
  severity: 'hint',
  says: 'Reference counts of a qcow2 image are put off where each write is flushed, and nowhere else.',
  because:
    'With cache writethrough or directsync each update of a count is a flush of its own; in other modes they are gathered anyway, and lazy counts only make QEMU check the whole image after a crash.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 5.1.2: good with cache=writethrough' },
    { grade: 'measured', at: 'QEMU 7.2: lazy_refcounts needs compat 1.1; an image with compat 0.10 is refused' },
  ],
  intents: {},
  params: {},
  costs: ['On: the image is checked as a whole when it is first opened after a crash.'],
  needs: {
    disk: ({ disk: one }) => known(one, one.at),
    image: ({ disk: one }) => asFact(one.image),
  },
  check({ disk: one, image }) {
    if (one.format !== 'qcow2') return notApplicable('the image is not qcow2');
    if (one.isReadOnly) return notApplicable('nothing is written to the image');
    if (image.state === 'unknown') return undecided(image.reason, image.remedy);
    if (image.state === 'absent') return notApplicable('there is no image');
    const { lazyRefcounts, compatibility, path } = image.value;
    if (compatibility === '0.10') return notApplicable('an image of compat 0.10 cannot have them');
    if (lazyRefcounts === undefined)
      return undecided('whether the image has lazy refcounts', `qemu-img info -U -f qcow2 ${path}`);
    const isFlushed = one.cache === 'writethrough' || one.cache === 'directsync';
    if (lazyRefcounts === isFlushed) return good;
    const amend = (to: string): string => `With the guest off: qemu-img amend -f qcow2 -o lazy_refcounts=${to} ${path}`;
    return isFlushed
      ? bad(`${path} flushes its reference counts at each write`, {
          wants: 'lazy_refcounts=on',
          otherwise: amend('on'),
        })
      : bad(`${path} puts off its reference counts and gains little by it`, {
          severity: 'info',
          wants: 'lazy_refcounts=off',
          so: 'after a crash the whole image is checked before the guest starts',
          otherwise: amend('off'),
        });
  },
  examples: [
    { name: 'writethrough, off', guest: through, commands: off, expect: 'bad', severity: 'hint' },
    { name: 'writethrough, on', guest: through, commands: on, expect: 'good' },
    { name: 'cache none, on', guest: disk("cache='none'"), commands: on, expect: 'bad', severity: 'info' },
    { name: 'cache none, off', guest: disk("cache='none'"), commands: off, expect: 'good' },
    { name: 'an old image', guest: through, commands: told({ compat: '0.10' }), expect: 'not-applicable' },
    { name: 'raw', guest: disk('', 'raw'), expect: 'not-applicable' },
    { name: 'an image that nobody looked at', guest: { xml: through, isRunning: false }, expect: 'unknown' },
  ],
});
