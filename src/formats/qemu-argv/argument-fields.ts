import type { QemuArgument } from '#formats/qemu-argv/parse-argv';

/** What an argument says, as pairs in order; nested JSON has dotted names: `cache.direct`. The first word without a name has its option's implied one. */
export type ArgumentFields = readonly (readonly [name: string, value: string])[];

/** The name that the first value of an option may leave out; QEMU: implied_opt_name of each QemuOptsList. */
const implied: Readonly<Record<string, string>> = {
  accel: 'accel',
  action: 'action',
  audiodev: 'driver',
  blockdev: 'driver',
  boot: 'order',
  chardev: 'backend',
  cpu: 'model',
  device: 'driver',
  display: 'type',
  fsdev: 'fsdriver',
  fw_cfg: 'name',
  m: 'size',
  machine: 'type',
  mon: 'chardev',
  msg: 'timestamp',
  name: 'guest',
  netdev: 'type',
  numa: 'type',
  object: 'qom-type',
  rtc: 'base',
  sandbox: 'enable',
  smp: 'cpus',
  tpmdev: 'type',
  vnc: 'vnc',
};

/** Takes an argument; gives its fields. A value that is no list gives one field without a name. */
export function argumentFields({ option = '', value }: QemuArgument): ArgumentFields {
  if (value === undefined) return [];
  const json = value.startsWith('{') ? parseJson(value) : undefined;
  if (json !== undefined) return flatten(json);
  const first = implied[option];
  return splitList(value).map((part, at): readonly [string, string] => {
    const equals = part.indexOf('=');
    if (equals < 0 || (at === 0 && option === 'cpu'))
      return at === 0 ? [first ?? '', part] : [part.replace(/^[+-]/, ''), part.startsWith('-') ? 'off' : 'on'];
    return [part.slice(0, equals), part.slice(equals + 1)];
  });
}

/** The first value of that name. */
export const fieldOf = (fields: ArgumentFields, name: string): string | undefined =>
  fields.find(([has]) => has === name)?.[1];

/** Commas separate; two of them stand for one. */
function splitList(value: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  for (const [piece] of value.matchAll(/,,|,|[^,]+/g)) {
    if (piece === ',') {
      parts.push(part);
      part = '';
    } else part += piece === ',,' ? ',' : piece;
  }
  return [...parts, part];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // a value that only begins like JSON is a list
    return undefined;
  }
}

/** How deep JSON arguments nest at most. */
const deepest = 8;

function flatten(value: unknown, path = '', depth = 0): ArgumentFields {
  if (typeof value !== 'object' || value === null || depth > deepest) return [[path, plain(value)]];
  return Object.entries(value).flatMap(([name, inner]) =>
    flatten(inner, path === '' ? name : `${path}.${name}`, depth + 1),
  );
}

const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
