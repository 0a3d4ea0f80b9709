import { linkTarget } from '#collect/drop-ins';
import { lackOf } from '#collect/file-facts';
import type { Reading } from '#collect/reading';
import { absent, known } from '#model/known';

const paths = ['/etc', '/run', '/usr/local/lib', '/usr/lib', '/lib'].map(
  folder => `${folder}/systemd/system/default.target`,
);

/** The target that systemd starts at boot (systemd.special(7), default.target): the link in the strongest folder. */
export const defaultTarget: Reading<string> = {
  says: 'the target that systemd starts at boot',
  ways: paths.map(file => ({ file })),
  read(sources) {
    for (const path of paths) {
      const link = sources.files.link(path);
      if (link.outcome === 'absent') continue;
      if (link.outcome !== 'ok') return lackOf(link, path);
      const target = linkTarget(sources, path)?.split('/').at(-1) ?? '';
      // vendors name runlevel5.target by its old name
      const name =
        { 'runlevel5.target': 'graphical.target', 'runlevel3.target': 'multi-user.target' }[target] ?? target;
      return known(name, { from: path, value: link.value });
    }
    return absent({ from: paths.join(', '), value: 'not there' });
  },
};
