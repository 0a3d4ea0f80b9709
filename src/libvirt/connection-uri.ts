import { UriError } from '#libvirt/uri-error';

/** A connection URI in its parts: `qemu+ssh://root@host:2222/system?socket=/run/x`. */
export interface ConnectionUri {
  /** The URI as it was given. */
  readonly text: string;
  /** `qemu`, `xen`, `test`; `remote` leaves the choice to the daemon. */
  readonly driver: string;
  /** What stands behind the plus sign; undefined where nothing does. */
  readonly transport: string | undefined;
  /** Empty for this machine. */
  readonly host: string;
  readonly user: string | undefined;
  readonly port: number | undefined;
  /** `/system`, `/session`, `/default`. */
  readonly path: string;
  /** What stands behind the question mark, decoded, in its order. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

const form =
  /^([a-z][a-z0-9.-]*)(?:\+([a-z0-9]+))?:\/\/(?:([^@/?#]*)@)?(\[[^\]/?#]*\]|[^:/?#]*)(?::(\d{1,5}))?(\/[^?#]*)?(?:\?([^#]*))?(?:#.*)?$/i;

/** Takes a URI apart. `xen` and `xen://` stand for `xen:///system`, as in libvirt. Throws UriError. */
export function parseConnectionUri(text: string): ConnectionUri {
  const known = /^xen(?::\/\/)?$/i.test(text) ? 'xen:///system' : text;
  const match = form.exec(known);
  if (match?.[1] === undefined) throw badUri(text);
  const [, driver, transport, user, host = '', port, path = '', query = ''] = match;
  return {
    text,
    driver: driver.toLowerCase(),
    transport: transport?.toLowerCase(),
    host: host.replace(/^\[|\]$/g, ''),
    user: user === undefined ? undefined : decode(user, text),
    port: port === undefined ? undefined : Number(port),
    path: decode(path, text),
    parameters: query
      .split(/[&;]/)
      .filter(part => part !== '')
      .map(part => {
        const equals = part.indexOf('=');
        return equals < 0
          ? [decode(part, text), '']
          : [decode(part.slice(0, equals), text), decode(part.slice(equals + 1), text)];
      }),
  };
}

/** Gives the last value of a parameter. */
export function parameterOf(uri: ConnectionUri, name: string): string | undefined {
  return uri.parameters.findLast(([key]) => key === name)?.[1];
}

function decode(part: string, text: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw badUri(text);
  }
}

/** Gives a URI for a message, without the user and the password that may stand before its host. */
export const shownUri = (text: string): string => text.replace(/\/\/[^@/]*@/, '//…@');

const badUri = (text: string): UriError =>
  new UriError(
    'bad-uri',
    `“${shownUri(text)}” is not a connection URI`,
    'Give one such as qemu:///system, or the name of an alias in libvirt.conf.',
  );
