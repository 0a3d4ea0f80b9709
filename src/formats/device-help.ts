import type { QemuDevice } from '#model/domain-config';

/**
 * Reads what `qemu-system-… -device NAME,help` prints, lines such as `  mq=<bool> - on/off (default: false)`, and gives the names of the
 * options. An empty list: QEMU has no such device, for it prints that on the other stream.
 */
export const parseDeviceHelp = (text: string): readonly string[] =>
  [...text.matchAll(/^ {2}([\w.-]{1,64})=</gm)].flatMap(([, name]) => name ?? []);

const common = new Set(['driver', 'id', 'bus', 'help']);

/** Reads the value of a -device argument; undefined where it names no device in a form that is known. */
export function parseDeviceArgument(value: string): QemuDevice | undefined {
  if (value.startsWith('{')) return jsonArgument(value);
  // a comma within a value is written twice
  const [device = '', ...parts] = value.replaceAll(',,', '\0').split(',');
  const name = device.replace(/^driver=/, '');
  const options = parts.map(part => part.replace(/=.*$/s, '')).filter(option => option !== '' && !common.has(option));
  return isName(name) ? { device: name, options } : undefined;
}

function jsonArgument(value: string): QemuDevice | undefined {
  try {
    const json: unknown = JSON.parse(value);
    if (typeof json !== 'object' || json === null || !('driver' in json)) return undefined;
    const { driver } = json;
    const options = Object.keys(json).filter(option => !common.has(option));
    return typeof driver === 'string' && isName(driver) ? { device: driver, options } : undefined;
  } catch {
    return undefined;
  }
}

const isName = (name: string): boolean => /^[A-Za-z][\w.-]{1,63}$/.test(name);

/** Gives the devices among the arguments of a command line. */
export const devicesOfArguments = (args: readonly string[]): readonly QemuDevice[] =>
  args.flatMap((arg, at) => (args[at - 1] === '-device' ? (parseDeviceArgument(arg) ?? []) : []));
