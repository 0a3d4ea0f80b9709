import { maskUris } from '#formats/secrets/mask-uris';
import { isSecretName } from '#formats/secrets/secret-names';
import { secretMark } from '#units/secret';

/** A parameter with a value, quoted or not: `inst.password="a b"`, in a shell file also `inst.password=\"a b\"`. */
const parameter = /([A-Za-z0-9][\w.-]{0,100})=((?:\\"[^"\\]*\\"|"[^"]*"|'[^']*'|[^\s"'])+)/g;

const quoted = /^(\\"|"|')([\s\S]*)\1$/;

/** Files quote a whole command line, in which values may be quoted again. */
const deepest = 3;

/**
 * Masks passwords and keys in a kernel command line: values of parameters that name a secret, credentials in URIs, CHAP secrets of
 * `netroot=iscsi:user:password@…`, systemd credentials. Works on files that hold such lines too (/etc/default/grub).
 */
export const maskKernelCommandLine = (text: string): string => maskUris(maskParameters(text, deepest));

const maskParameters = (text: string, depth: number): string =>
  text.replaceAll(parameter, (whole, name: string, value: string) => {
    const masked = maskValue(name, value);
    if (masked !== undefined) return `${name}=${masked}`;
    const [, quote, inside] = quoted.exec(value) ?? [];
    if (quote === undefined || inside === undefined || depth === 0) return whole;
    return `${name}=${quote}${maskParameters(inside, depth - 1)}${quote}`;
  });

/** Gives what to show instead of a value; undefined where it is no secret. */
function maskValue(name: string, value: string): string | undefined {
  if (/^netroot$/i.test(name)) {
    const at = value.lastIndexOf('@');
    return at < 0 ? undefined : `iscsi:${secretMark}${value.slice(at)}`;
  }
  if (/^systemd\.set_credential(?:_binary)?$/i.test(name)) {
    const colon = value.indexOf(':');
    return colon < 0 ? secretMark : `${value.slice(0, colon)}:${secretMark}`;
  }
  // a key that is a path is no secret, its content is
  const isKey = /(?:^|[._-])(?:key|psk)$/i.test(name);
  if (/key$/i.test(name) && value.startsWith('/')) return undefined;
  return isKey || isSecretName(name) ? secretMark : undefined;
}
