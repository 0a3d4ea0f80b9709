import { maskProse } from '#formats/secrets/mask-prose';
import { maskUris } from '#formats/secrets/mask-uris';
import { isSecretName } from '#formats/secrets/secret-names';
import { secretMark } from '#units/secret';

/** `key = "value"`, `key: value`, commented out or not. The rest of the line is the value: what follows a quotation may still be a part of it. */
const setting =
  /^([ \t]*[#;]*[ \t]*(?:export[ \t]+)?["']?)([A-Za-z][\w.-]{0,100})(["']?[ \t]*[=:][ \t]*)(["']?)([^\r\n]+)$/gm;

/** `password_pbkdf2 root grub.pbkdf2…` and `password root 1234` of a boot loader's configuration. */
const bootPassword = /^([ \t]*password(?:_pbkdf2)?[ \t]+)([^\r\n]+)$/gm;

/** What people noted beside the settings. */
const comment = /^[ \t]*[#;][^\r\n]+$/gm;

/** Without any of these words a text holds nothing to mask but credentials in URIs: most files are done with that. */
const suspicious = /pass|secret|token|credential|cookie|key|psk|pin|pw/i;

const privateKey = /(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)[\s\S]{0,20000}?(-----END [A-Z ]{0,30}PRIVATE KEY-----)/g;

/** Masks values of settings that name a secret, credentials in URIs and private keys, in a configuration file of lines. */
export const maskSettings = (text: string): string => maskUris(suspicious.test(text) ? maskLines(text) : text);

const maskLines = (text: string): string =>
  text
    .replaceAll(setting, (whole, before: string, name: string, equals: string, quote: string) =>
      isSecretName(name) ? `${before}${name}${equals}${quote}${secretMark}${quote}` : whole,
    )
    .replaceAll(bootPassword, `$1${secretMark}`)
    .replaceAll(comment, line => maskProse(line))
    .replaceAll(privateKey, `$1${secretMark}$2`);
