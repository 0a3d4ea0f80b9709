import { correctFstabLine } from '#change/kinds/fstab';
import { defineRule } from '#check/define-rule';
import { bad, good, notApplicable } from '#check/verdict';
import type { FstabEntry } from '#model/mount';
import { secretMark } from '#units/secret';

const fstab = (line: string) => ({ '/etc/fstab': `/dev/sda1 / ext4 defaults 0 1\n${line}\n` });

/** What keeps a line from being understood as meant, and the line as it was probably meant; undefined: nothing. */
function faultOf({ fields }: FstabEntry): { readonly saw: string; readonly meant: readonly string[] } | undefined {
  const [source = '', target = '', type = '', options = '', ...rest] = fields;
  const line = (fs: string, words: string, tail: readonly string[]): readonly string[] =>
    [source, target, fs, words, ...tail].filter(field => field !== '');
  // mount(8) ends a line at a # only behind the last field
  const comment = rest.findIndex(field => field.startsWith('#'));
  const tail = comment >= 2 ? rest.slice(0, comment) : rest;
  const numbers = tail.findIndex(field => /^\d+$/.test(field));
  const stray = numbers < 0 ? tail : tail.slice(0, numbers);
  if (stray.length > 0) {
    const isComment = stray[0]?.startsWith('#') === true;
    const words = isComment ? options : [options, ...stray].join(',').replaceAll(/,{2,}/g, ',');
    const last = numbers < 0 || isComment ? ['0', '0'] : tail.slice(numbers, numbers + 2);
    return { saw: `“${stray[0]}” stands where the dump field should`, meant: line(type, words, last) };
  }
  const pass = tail[1];
  if (pass !== undefined && !/^\d+$/.test(pass))
    return { saw: `“${pass}” stands where the pass field should`, meant: line(type, options, [tail[0] ?? '0', '0']) };
  if (tail.length > 2)
    return { saw: `${4 + tail.length} fields, where 6 is the most`, meant: line(type, options, tail.slice(0, 2)) };
  const version = /^nfs([23])$/.exec(type)?.[1];
  if (version !== undefined)
    return { saw: `there is no file system ${type}`, meant: line('nfs', `${options},vers=${version}`, tail) };
  return undefined;
}

/** A line with its other faults put right as well: there are four kinds of them. */
function corrected(line: number, fields: readonly string[]): readonly string[] {
  let meant = fields;
  for (let round = 0; round < 4; round++) meant = faultOf({ line, fields: meant })?.meant ?? meant;
  return meant;
}

export default defineRule({
  id: 'host-storage/nfs-fstab-valid',
  subject: 'host',
  guide: ['4.4.1'],
  severity: 'error',
  says: 'Each line of /etc/fstab is one that mount understands as it was meant.',
  because:
    'A blank among the options ends them: what follows is taken for the dump field, and the export is not mounted at boot.',
  sources: [
    { grade: 'documented', at: 'util-linux: fstab(5), six fields separated by blanks, the last two numbers' },
    { grade: 'documented', at: 'systemd: systemd.mount(5), nfs and nfs4 are known to need the network' },
    { grade: 'documented', at: 'nfs-utils: nfs(5), the type is nfs or nfs4, the version is an option' },
  ],
  intents: {},
  params: {},
  costs: [],
  departs: [
    {
      guideSays: 'Sample line: nfs3, “rw,hard,sync, rsize=8192,wsize=8192 0 0”.',
      truth: 'The blank makes rsize=… the dump field, and the type is nfs with vers=3.',
      source: 'util-linux: fstab(5); nfs-utils: nfs(5)',
      errata: ['X26'],
      guideCannot: 'the printed line is not mounted',
    },
  ],
  needs: { fstab: ({ host }) => host.fstab },
  check({ fstab: entries }) {
    if (entries.length === 0) return notApplicable('/etc/fstab names nothing');
    const wrong = entries.flatMap(entry => {
      const fault = faultOf(entry);
      return fault === undefined ? [] : [{ entry, saw: fault.saw, meant: corrected(entry.line, fault.meant) }];
    });
    // a line that holds a secret is left to a person: a change holds none
    const sound = wrong.filter(({ entry }) => entry.fields.every(field => !field.includes(secretMark)));
    const [first] = wrong;
    if (first === undefined) return good;
    return bad(
      wrong.length === 1
        ? `/etc/fstab, line ${first.entry.line}: ${first.saw}`
        : `${wrong.length} lines of /etc/fstab are not as mount reads them`,
      {
        wants: 'source, target, type, options without blanks, and two numbers',
        so: 'it is not mounted at the next boot, or not with these options, and guests on it do not start',
        parts: wrong.map(({ entry, saw }) => ({
          key: entry.fields[1] ?? entry.fields[0] ?? String(entry.line),
          saw: `line ${entry.line}: ${saw}`,
          evidence: [
            {
              from: '/etc/fstab',
              value: entry.fields.join(' '),
              place: { file: '/etc/fstab', line: entry.line, column: 1 },
            },
          ],
        })),
        ...(sound.length === 0 ? {} : { fix: sound.map(({ entry, meant }) => correctFstabLine(entry.fields, meant)) }),
        ...(sound.length === wrong.length
          ? {}
          : {
              otherwise: `${wrong
                .filter(one => !sound.includes(one))
                .map(({ entry, meant }) => `Make line ${entry.line} of /etc/fstab: ${meant.join(' ')}`)
                .join('. ')}. Then findmnt --verify and mount -a.`,
            }),
      },
    );
  },
  examples: [
    {
      name: 'a blank among the options, as the guide prints it',
      files: fstab('nas:/vm /srv/vm nfs rw,hard,sync, rsize=8192,wsize=8192 0 0'),
      expect: 'bad',
      severity: 'error',
      fixes: ['fstab-line'],
    },
    {
      name: 'without the blank',
      files: fstab('nas:/vm /srv/vm nfs rw,hard,sync,rsize=8192,wsize=8192 0 0'),
      expect: 'good',
    },
    { name: 'type nfs3', files: fstab('nas:/vm /srv/vm nfs3 rw,hard 0 0'), expect: 'bad' },
    {
      name: 'type nfs with vers=3, without _netdev',
      files: fstab('nas:/vm /srv/vm nfs vers=3,hard 0 0'),
      expect: 'good',
    },
    { name: 'seven fields', files: fstab('nas:/vm /srv/vm nfs4 hard 0 0 0'), expect: 'bad' },
    { name: 'six fields and a comment', files: fstab('nas:/vm /srv/vm nfs4 hard 0 0 # images'), expect: 'good' },
    { name: 'three fields', files: fstab('nas:/vm /srv/vm nfs4'), expect: 'good' },
    { name: 'a pass that is no number', files: fstab('/dev/sdb1 /srv xfs defaults 0 no'), expect: 'bad' },
    { name: 'no fstab', files: { '/etc/fstab': null }, expect: 'not-applicable' },
    { name: 'not readable', files: { '/etc/fstab': 'denied' }, expect: 'unknown' },
  ],
});
