import type { Change } from '#change/change';

/** Sets one key of a `key = value` file such as /etc/xen/xl.conf or /etc/libvirt/qemu.conf; undefined: the key is not set. */
export const setConfigKey = (
  file: string,
  key: string,
  before: string | undefined,
  after: string | undefined,
): Change<'config-key', string | undefined> => ({
  kind: 'config-key',
  on: `${file} ${key}`,
  before,
  after,
  lasts: 'across-reboots',
  takesEffect: 'daemon-restart',
});
