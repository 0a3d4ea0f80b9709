/** Names under which configuration keeps secrets: whole words of the kind, so that `iommu.passthrough` and `keymap` are none. */
const secretName =
  /pass(?:wd|word|phrase|code)|rootpw|(?:^|[._-])(?:pass|pwd|psk|pin|pw)$|secret|token|credential|cookie|(?:api|private|secret|crypt|crypto|access|auth|encryption|luks|shared|signing)[._-]?key|key[._-]?data/i;

/** Names that speak of a secret and hold none: what it is called, where it lies, how it is asked for. */
const aboutSecret =
  /(?:uuid|file|path|dir|folder|[._-]id|type|mode|validto|expires?|agent|helper|required|usage|format|username)$|-secret$|^config_/i;

/** Takes the name of a setting, an option, an attribute or an element; gives whether its value has to be masked. */
export const isSecretName = (name: string): boolean => secretName.test(name) && !aboutSecret.test(name);
