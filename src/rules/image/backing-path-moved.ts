import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable, undecided } from '#check/verdict';
import { asFact, ifKnown, known } from '#model/known';
import { quoteShellWord } from '#units/quote-shell-word';

const folder = '/var/lib/libvirt/images';
const file = `${folder}/g.qcow2`;
const base = '/srv/bases/sle15.qcow2';
const disk = (format = 'qcow2'): string =>
  `<devices><disk type='file' device='disk'><driver name='qemu' type='${format}'/><source file='${file}'/><target dev='vda' bus='virtio'/></disk></devices>`;
/** An overlay of which nobody could open the base, or the base with it. */
const told = (...below: readonly object[]): Readonly<Record<string, string>> => ({
  [`qemu-img info --force-share --output=json --backing-chain -f qcow2 -- ${file}`]: JSON.stringify([
    {
      filename: file,
      format: 'qcow2',
      'backing-filename': base,
      'full-backing-filename': base,
      'backing-filename-format': 'qcow2',
    },
    ...below,
  ]),
});
const there = { filename: base, format: 'qcow2' };
const pool = "<pool type='dir'><name>golden</name><target><path>/srv/golden</path></target></pool>";

export default defineRule({
  id: 'image/backing-path-moved',
  subject: 'disk',
  guide: ['5.2'],
  severity: 'error',
  says: 'An overlay names its base by the path at which the base lies.',
  because:
    'The path is written into the overlay. A base that was moved is not found; one that is found through a link is lost with the link.',
  sources: [
    { grade: 'documented', at: 'SUSE Virtualization Best Practices, 5.2: changing the path of the base' },
    { grade: 'documented', at: 'QEMU: qemu-img(1), rebase: -u changes the name and looks at no content' },
  ],
  intents: {},
  params: {},
  costs: ['The guest is off while the overlay is rewritten. A base with other content damages what the guest sees.'],
  departs: [
    {
      guideSays: 'After moving the base: ln -sf OLD_PATH NEW_PATH, then qemu-img rebase -u -b OLD_PATH OVERLAY.',
      truth:
        'Both are the wrong way round: the link has to stand at the old path, and -b names the new one. -F with the format of the base is needed since QEMU 6.1. -u looks at no content: with a wrong base the guest’s disk is silently damaged.',
      source: 'QEMU: about/removed-features.rst, 6.1; qemu-img(1), rebase',
      errata: ['X41'],
      guideSame: 'what an overlay names is judged; the commands are printed the right way round',
    },
  ],
  needs: {
    disk: ({ disk: one }) => known(one, one.at),
    image: ({ disk: one }) => asFact(one.image),
    files: ({ host }) => ifKnown(host.imageFiles),
  },
  check({ disk: one, image, files = [] }) {
    if (one.source === undefined || (one.format ?? 'raw') === 'raw')
      return notApplicable('the image has no layer below');
    if (image.state === 'absent') return notApplicable('there is no image');
    const layers = image.state === 'known' ? [image.value, ...(image.value.backing ?? [])] : [];
    const named = [
      ...layers.flatMap(({ backingPath, backingFormat, path }) =>
        backingPath === undefined ? [] : [{ overlay: path, base: backingPath, format: backingFormat }],
      ),
      ...one.backing.flatMap(({ source, format }, at) =>
        source === undefined
          ? []
          : [{ overlay: one.backing[at - 1]?.source ?? one.source ?? '', base: source, format }],
      ),
    ];
    if (named.length === 0)
      return image.state === 'unknown'
        ? undecided(image.reason, image.remedy)
        : notApplicable('the image has no layer below');
    for (const { overlay, base: path, format } of named) {
      const found = files.find(each => each.path === path);
      const { elsewhere = [], link, isThere = true } = found ?? {};
      const rebase = (to: string): string =>
        `qemu-img rebase -u -f ${one.format ?? 'qcow2'} -b ${to} -F ${format ?? 'FORMAT'} ${quoteShellWord(overlay)}`;
      if (!isThere && elsewhere.length > 0) {
        return bad(`${path}, on which ${overlay} stands, is not there; ${elsewhere.join(', ')} has its name`, {
          wants: 'the base at that path, or its new path in the overlay',
          so: 'the guest does not start',
          evidence: [{ from: `statfs ${path}`, value: 'not there' }],
          otherwise: `Only if it was moved, and its content is the same for sure, with the guest off: ${elsewhere.map(to => rebase(quoteShellWord(to))).join(' or ')}; -u looks at no content. Else bring the base back.`,
        });
      }
      if (isThere && link !== undefined) {
        return bad(`${overlay} finds its base through a link: ${path} points to ${link}`, {
          severity: 'hint',
          wants: 'the path of the base itself',
          so: 'the guest does not start once the link is gone or points elsewhere',
          evidence: [{ from: `readlink ${path}`, value: link }],
          otherwise: `With the guest off: ${rebase(`"$(readlink -f ${quoteShellWord(path)})"`)}`,
        });
      }
    }
    return good;
  },
  examples: [
    {
      name: 'moved to another pool',
      guest: disk(),
      commands: told(),
      libvirt: { pools: { golden: pool } },
      files: { '/srv/bases/': '', [base]: null, '/srv/golden/sle15.qcow2': '' },
      expect: 'bad',
      severity: 'error',
    },
    {
      name: 'found through a link',
      guest: disk(),
      commands: told(there),
      files: { [base]: '-> /srv/golden/sle15.qcow2', '/srv/golden/sle15.qcow2': '' },
      expect: 'bad',
      severity: 'hint',
    },
    { name: 'where it is named', guest: disk(), commands: told(there), files: { [base]: '' }, expect: 'good' },
    { name: 'raw', guest: disk('raw'), expect: 'not-applicable' },
    { name: 'an image that nobody looked at', guest: { xml: disk(), isRunning: false }, expect: 'unknown' },
  ],
});
