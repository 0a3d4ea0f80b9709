import { readlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Takes the root of a tree; gives a function that resolves absolute paths inside it, links as if `root` were the root directory, so that
 * none leaves it. `folders`: `remembered` looks up once what a folder's name leads to, for trees that are only read. The function throws
 * ELOOP after 40 links.
 */
export function linkResolver(root: string, folders: 'remembered' | 'looked-up'): (path: string) => string {
  const targets = new Map<string, string | undefined>();
  const targetOf = (path: string, isFolder: boolean): string | undefined => {
    if (targets.has(path)) return targets.get(path);
    const target = linkTarget(join(root, path));
    // folders are passed through many times, files are looked at once
    if (isFolder && folders === 'remembered') targets.set(path, target);
    return target;
  };
  return path => {
    let parts = path.split('/');
    let at: string[] = [];
    let links = 0;
    while (parts.length > 0) {
      const [part, ...rest] = parts;
      parts = rest;
      if (part === undefined || part === '' || part === '.') continue;
      if (part === '..') {
        at = at.slice(0, -1);
        continue;
      }
      const target = targetOf([...at, part].join('/'), rest.length > 0);
      if (target === undefined) {
        at = [...at, part];
        continue;
      }
      links++;
      if (links > 40) throw Object.assign(new Error(`too many links: ${path}`), { code: 'ELOOP' });
      if (target.startsWith('/')) at = [];
      parts = [...target.split('/'), ...parts];
    }
    return join(root, ...at);
  };
}

function linkTarget(real: string): string | undefined {
  try {
    return readlinkSync(real);
  } catch {
    return undefined;
  }
}
