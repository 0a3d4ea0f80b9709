import { maskUris } from '#formats/secrets/mask-uris';
import { isSecretName } from '#formats/secrets/secret-names';
import { secretMark } from '#units/secret';

/** An option with a value in a list of options; values escape a comma by a backslash (cifs) or octal (\054). */
const option = /(^|[\s,])([A-Za-z][\w.-]{0,60})=((?:\\,|[^,\s])*)/g;

/** `//user%password@server/share` of cifs. */
const percentPassword = /(\/\/[^\s/%@]{1,128}%)[^\s/@]{1,256}(?=@)/g;

/** Masks secrets in mount tables (/etc/fstab, /proc/self/mounts): passwords of cifs, keys of ceph, credentials in sources. */
export const maskMounts = (text: string): string =>
  maskUris(
    text
      .replaceAll(option, (whole, before: string, name: string, value: string) =>
        // credentials=/root/.smb is the place of a secret
        !/^(?:\/|$)/.test(value) && (isSecretName(name) || name === 'key') ? `${before}${name}=${secretMark}` : whole,
      )
      .replaceAll(percentPassword, `$1${secretMark}`),
  );
