import type { Change } from '#change/change';
import { defineKind } from '#change/change-kind';
import type { Look, Observed } from '#change/observed';
import { type ConfigSyntax, readConfigKey, writeConfigKey } from '#formats/conf/config-keys';
import { isSecretName } from '#formats/secrets/secret-names';

type Ours = Change<'config-key', string | undefined>;

/**
 * Sets one key of a `key = value` file such as /etc/xen/xl.conf or /etc/libvirt/qemu.conf; undefined: the key is not set. Values are texts
 * without quotes, numbers, or lists as the file writes them (`["a", "b"]`). Nothing restarts the daemon that reads the file.
 */
export const setConfigKey = (
  file: string,
  key: string,
  before: string | undefined,
  after: string | undefined,
): Ours => ({
  kind: 'config-key',
  on: `${file} ${key}`,
  before,
  after,
  lasts: 'across-reboots',
  takesEffect: readersOf(file).length === 0 ? 'at-once' : 'daemon-restart',
});

/**
 * The units that read a file when they start, the newer ones first; none where each program that starts reads it. Of libvirt either the daemon
 * of each driver or the one for all runs.
 */
export function readersOf(file: string): readonly string[] {
  const name = file.split('/').at(-1) ?? '';
  if (file.startsWith('/etc/libvirt/')) {
    if (name === 'libvirt.conf' || name === 'libvirt-admin.conf') return [];
    if (/^qemu(?:-lockd|-sanlock)?\.conf$/.test(name)) return ['virtqemud.service', 'libvirtd.service'];
    if (/^libxl(?:-lockd|-sanlock)?\.conf$/.test(name)) return ['virtxend.service', 'libvirtd.service'];
    return [`${name.replace(/\.conf$/, '')}.service`];
  }
  if (file === '/etc/ksmtuned.conf') return ['ksmtuned.service'];
  if (file.startsWith('/etc/nfs.conf') || file === '/etc/sysconfig/nfs') return ['nfs-server.service'];
  return [];
}

const files: readonly (readonly [pattern: RegExp, syntax: ConfigSyntax])[] = [
  [/^\/etc\/libvirt\/[\w-]{1,64}\.conf$/, 'libvirt'],
  [/^\/etc\/xen\/xl\.conf$/, 'libvirt'],
  [/^\/etc\/(?:sysconfig|default)\/(?!grub$)[\w-]{1,64}$/, 'shell'],
  [/^\/etc\/ksmtuned\.conf$/, 'shell'],
  [/^\/etc\/nfs\.conf(?:\.local|\.d\/[\w.-]{1,64}\.conf)?$/, 'ini'],
];

const syntaxOf = (file: string): ConfigSyntax | undefined => files.find(([pattern]) => pattern.test(file))?.[1];

function partsOf(on: string): { readonly file: string; readonly key: string; readonly syntax: ConfigSyntax } {
  const [file = '', key = ''] = on.split(' ');
  return { file, key, syntax: syntaxOf(file) ?? 'libvirt' };
}

const isState = (value: unknown): value is string | undefined =>
  value === undefined || (typeof value === 'string' && value.length <= 4096 && !/[\n\r]/.test(value));

function faultOf(on: string): string | undefined {
  const [file = '', key = '', ...more] = on.split(' ');
  const syntax = syntaxOf(file);
  if (syntax === undefined || more.length > 0) return `“${on}” is not “FILE KEY” with a file of settings that is known`;
  const isKey = syntax === 'ini' ? /^[\w-]{1,64}\.[\w-]{1,64}$/.test(key) : /^[A-Za-z_][\w.]{0,127}$/.test(key);
  if (!isKey) return `“${key}” is no key of ${file}`;
  return isSecretName(key) ? `${key} holds a secret, and a change holds none` : undefined;
}

/** `config-key`: one key of a file of settings; comments and all other lines stay as they are. */
export const configKeyKind = defineKind<'config-key', string | undefined>({
  kind: 'config-key',
  isState,
  faultOf,
  knobs: ({ on, after }) => [{ knob: `config-key ${on}`, to: after?.trim() }],
  looks: ({ on }): readonly Look[] => [{ look: 'file', path: partsOf(on).file }],
  obstacle({ on, after }, seen) {
    const { file, key, syntax } = partsOf(on);
    const todo = after === undefined ? `take ${key} out` : `set ${key} to ${after}`;
    try {
      const text = seen.file(file) ?? '';
      readConfigKey(syntax, text, key);
      return isSame(readConfigKey(syntax, writeConfigKey(syntax, text, key, after), key), after)
        ? undefined
        : `${file} cannot be edited here: ${todo} by hand.`;
    } catch (error) {
      if (error instanceof Error) return `${file} was not understood (${error.message}): ${todo} by hand.`;
      throw error;
    }
  },
  state: ({ on }, seen) => stateOf(on, seen),
  steps({ on, after }, seen) {
    const { file, key, syntax } = partsOf(on);
    if (isSame(stateOf(on, seen), after)) return [];
    const text = writeConfigKey(syntax, seen.file(file) ?? '', key, after);
    return [{ do: 'write-file', path: file, text: text === '' && after === undefined ? undefined : text }];
  },
  isSame,
});

function stateOf(on: string, seen: Observed): string | undefined {
  const { file, key, syntax } = partsOf(on);
  return readConfigKey(syntax, seen.file(file) ?? '', key);
}

/** A list of one thing is that thing, and blanks in a list say nothing. */
function isSame(one: string | undefined, other: string | undefined): boolean {
  return plain(one) === plain(other);
}

const plain = (value: string | undefined): string | undefined => {
  if (value === undefined) return undefined;
  if (!value.startsWith('[')) return value.replace(/^(["'])(.*)\1$/, '$2').trim();
  const items = [...value.matchAll(/"([^"]*)"|'([^']*)'|([^\s,[\]"']+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
  return items.length === 1 ? items[0] : JSON.stringify(items);
};
