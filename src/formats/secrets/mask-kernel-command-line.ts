import { maskUris } from '#formats/secrets/mask-uris';
import { isSecretName } from '#formats/secrets/secret-names';
import { secretMark } from '#units/secret';

/** A parameter with a value, quoted or not: `inst.password="a b"`. */
const parameter = /([A-Za-z0-9][\w.-]{0,100})(\\?=)(\\?"[^"]*"|'[^']*'|[^\s"']+)/g;

/** Parameters whose value is, or holds, a secret though their names do not say so. */
const holdsSecret = /^(?:systemd\.set_credential(?:_binary)?|netroot|rd\.iscsi\.(?:in\.)?pass\w*|ssh\.?key|wpa)$/i;

/**
 * Masks passwords and keys in a kernel command line: values of parameters that name a secret, credentials in URIs, CHAP secrets of
 * `netroot=iscsi:user:password@…`, systemd credentials. Works on files that hold such lines too (/etc/default/grub).
 */
export const maskKernelCommandLine = (text: string): string =>
  maskUris(
    text.replaceAll(parameter, (whole, name: string, equals: string, value: string) => {
      const masked = maskValue(name, value);
      return masked === value ? whole : `${name}${equals}${masked}`;
    }),
  );

function maskValue(name: string, value: string): string {
  if (holdsSecret.test(name)) {
    const at = value.lastIndexOf('@');
    if (/^netroot$/i.test(name)) return at < 0 ? value : `iscsi:${secretMark}${value.slice(at)}`;
    const colon = value.indexOf(':');
    return colon < 0 || value.slice(colon + 1) === secretMark ? mark(value) : `${value.slice(0, colon)}:${secretMark}`;
  }
  const isKey = /(?:^|[._-])(?:key|psk)$/i.test(name) && !value.startsWith('/');
  return isKey || isSecretName(name) ? mark(value) : value;
}

/** Keeps the quotes, so that what follows is still read as before. */
const mark = (value: string): string => {
  const quote = /^(?:\\?"|')/.exec(value)?.[0] ?? '';
  return `${quote}${secretMark}${quote}`;
};
