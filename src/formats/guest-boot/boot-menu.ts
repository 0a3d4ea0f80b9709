import { parseBootEntry, parseGrubEnvironment } from '#formats/conf/boot-entry';
import type { FilePlace } from '#model/guest-boot';

/** An entry of a boot menu, as its file has it. */
export interface MenuEntry {
  readonly title: string;
  /** Where it stands: `0`, in a submenu `1>2`. */
  readonly place: string;
  readonly id: string | undefined;
  /** Path of the kernel, as the boot loader takes it. */
  readonly kernel: string;
  readonly initrds: readonly string[];
  /** Its command line, and the line on which it stands. */
  readonly options: string;
  readonly at: FilePlace;
}

/** A boot menu. */
export interface BootMenu {
  readonly entries: readonly MenuEntry[];
  /** What the file says is booted: a place, a title, an id, or `saved`. */
  readonly chosen: string | undefined;
}

/** Longest menu that is read, in lines. */
const mostLines = 100_000;

/** Reads grub.cfg of GRUB 2: entries, also in submenus, with their kernel and initrd. What only a running GRUB can work out stays as it is written. */
export function parseGrubMenu(file: string, text: string): BootMenu {
  const entries: MenuEntry[] = [];
  const counts = [0];
  const above: number[] = [];
  let open: { title: string; id: string | undefined; place: string; initrds: string[] } | undefined;
  let depth = 0;
  const submenus: number[] = [];
  let pending: Omit<MenuEntry, 'initrds'> | undefined;
  let chosen: string | undefined;
  const close = (): void => {
    if (open !== undefined && pending !== undefined) entries.push({ ...pending, initrds: open.initrds });
    [open, pending] = [undefined, undefined];
  };
  for (const [index, line] of text.split('\n', mostLines).entries()) {
    const trimmed = line.trim();
    if (trimmed.startsWith('#')) continue;
    const menu = /^(menuentry|submenu)\s+(?:'([^']*)'|"([^"]*)"|(\S+))(.*)$/.exec(trimmed);
    if (menu !== null) {
      const number = counts.at(-1) ?? 0;
      counts[counts.length - 1] = number + 1;
      const id = /(?:--id|\$menuentry_id_option)[= ]+(?:'([^']*)'|"([^"]*)"|(\S+))/.exec(menu[5] ?? '');
      if (menu[1] === 'submenu') {
        above.push(number);
        counts.push(0);
        submenus.push(depth);
      } else {
        close();
        open = {
          title: menu[2] ?? menu[3] ?? menu[4] ?? '',
          id: id?.[1] ?? id?.[2] ?? id?.[3],
          place: [...above, number].join('>'),
          initrds: [],
        };
      }
      if (trimmed.endsWith('{')) depth++;
      continue;
    }
    if (/^(?:if|for|while|until|function)\b/.test(trimmed) && trimmed.endsWith('{')) depth++;
    else if (trimmed === '}') {
      depth = Math.max(0, depth - 1);
      if (submenus.at(-1) === depth) {
        submenus.pop();
        counts.pop();
        above.pop();
      } else close();
      continue;
    }
    const linux = /^linux(?:16|efi)?\s+(\S+)\s*(.*)$/.exec(trimmed);
    if (linux !== null && open !== undefined)
      pending = {
        title: open.title,
        id: open.id,
        place: open.place,
        kernel: linux[1] ?? '',
        options: linux[2] ?? '',
        at: { file, line: index + 1, text: trimmed },
      };
    const initrd = /^initrd(?:16|efi)?\s+(.+)$/.exec(trimmed);
    if (initrd !== null && open !== undefined) open.initrds.push(...(initrd[1] ?? '').split(/\s+/));
    // the first is what holds unless someone chose another for one boot
    const set = /^set default=(?:"([^"]*)"|'([^']*)'|(\S*))$/.exec(trimmed);
    const said = set?.[1] ?? set?.[2] ?? set?.[3];
    if (said !== undefined && !said.includes('next_entry')) chosen = said.includes('saved_entry') ? 'saved' : said;
  }
  close();
  return { entries, chosen };
}

/** Reads menu.lst of GRUB before 2, and extlinux.conf: `title`/`label` begins an entry. */
export function parseOldMenu(file: string, text: string): BootMenu {
  const entries: MenuEntry[] = [];
  let title: string | undefined;
  let chosen: string | undefined;
  for (const [index, line] of text.split('\n', mostLines).entries()) {
    const [, word = '', rest = ''] = /^\s*([A-Za-z]+)[\s=]+(.*?)\s*$/.exec(line) ?? [];
    const key = word.toLowerCase();
    const at = { file, line: index + 1, text: line.trim() };
    const last = entries.at(-1);
    if (key === 'default') chosen = rest;
    else if (key === 'title' || key === 'label') title = rest;
    else if ((key === 'kernel' || key === 'linux') && title !== undefined) {
      const [kernel = '', ...options] = rest.split(/\s+/);
      entries.push({
        title,
        id: title,
        place: String(entries.length),
        kernel,
        initrds: [],
        options: options.join(' '),
        at,
      });
    } else if (key === 'initrd' && last?.title === title && last !== undefined)
      entries[entries.length - 1] = { ...last, initrds: [...last.initrds, ...rest.split(/[\s,]+/)] };
    else if (key === 'append' && last?.title === title && last !== undefined)
      entries[entries.length - 1] = { ...last, options: rest, at };
  }
  return { entries, chosen };
}

/** Reads an entry of the Boot Loader Specification; `variables`: those of GRUB's environment block, which its options may name. */
export function parseSpecifiedEntry(
  file: string,
  text: string,
  place: number,
  variables: ReadonlyMap<string, string>,
): MenuEntry | undefined {
  const id = file.replace(/^.*\//, '').replace(/\.conf$/, '');
  const entry = parseBootEntry(id, text);
  const line = (key: string): string | undefined =>
    new RegExp(`^[ \\t]*${key}[ \\t]+(\\S.*?)[ \\t]*$`, 'm').exec(text)?.[1];
  const kernel = line('linux');
  if (kernel === undefined) return undefined;
  const options = entry.options.map(option => option.text).join(' ');
  return {
    title: entry.title ?? id,
    id,
    place: String(place),
    kernel,
    initrds: [...text.matchAll(/^[ \t]*initrd[ \t]+(\S.*?)[ \t]*$/gm)].flatMap(([, paths = '']) => paths.split(/\s+/)),
    options: options.replaceAll(/\$\{?([A-Za-z_]\w*)\}?/g, (whole, name: string) => variables.get(name) ?? whole),
    at: { file, line: entry.options[0]?.line ?? 1, text: `options ${options}` },
  };
}

/** Gives the entry that is booted next; undefined where that cannot be told. `environment`: text of GRUB's environment block. */
export function nextEntry({ entries, chosen }: BootMenu, environment: string | undefined): MenuEntry | undefined {
  const variables = parseGrubEnvironment(environment ?? '');
  const saved = variables.get('next_entry') || variables.get('saved_entry');
  const wanted = chosen === 'saved' || chosen === undefined ? (saved ?? '') : chosen;
  if (wanted === '') return entries[0];
  const last = wanted.split('>').at(-1);
  return (
    entries.find(({ id, title }) => id === wanted || title === wanted || id === last || title === last) ??
    entries.find(({ place }) => place === wanted) ??
    // of a submenu, its first
    entries.find(({ place }) => place.startsWith(`${wanted}>`))
  );
}

/**
 * Gives the entry that systemd-boot boots next, by its loader.conf (loader.conf(5)): the first, in its order, whose file the pattern of `default` fits;
 * undefined where the firmware keeps which one it is. What is stored in the firmware's variables is not in an image.
 */
export function chosenEntry(entries: readonly MenuEntry[], settings: string): MenuEntry | undefined {
  const wanted = /^[ \t]*default[ \t]+(\S+)[ \t]*$/m.exec(settings)?.[1];
  if (wanted === undefined) return entries[0];
  if (wanted === '@saved') return undefined;
  const pattern = new RegExp(
    `^${wanted.slice(0, 256).replaceAll(/[\\^$.|+(){}[\]*?]/g, sign => (sign === '*' ? '[^/]*' : sign === '?' ? '[^/]' : `\\${sign}`))}$`,
    'i',
  );
  return entries.find(({ id }) => id !== undefined && (pattern.test(`${id}.conf`) || pattern.test(id))) ?? entries[0];
}
