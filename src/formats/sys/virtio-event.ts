/**
 * Reads uevent of a device on the virtio bus (linux: drivers/virtio/virtio.c; drivers/base/core.c): `DRIVER=` stands where a driver is
 * bound, MODALIAS is `virtio:d` with the device type and `v` with the vendor, in hexadecimal. Undefined without a device type.
 */
export function parseVirtioEvent(
  text: string,
): { readonly type: number; readonly driver: string | undefined } | undefined {
  const type = /^MODALIAS=virtio:d([0-9A-Fa-f]{8})v/m.exec(text)?.[1];
  return type === undefined
    ? undefined
    : { type: Number.parseInt(type, 16), driver: /^DRIVER=([\w-]{1,64})$/m.exec(text)?.[1] };
}
