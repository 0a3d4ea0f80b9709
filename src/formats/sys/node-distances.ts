/**
 * Reads /sys/devices/system/node/node*\/distance (linux: Documentation/ABI/stable/sysfs-devices-node): the SLIT distance to every node
 * that is online, in the order of their ids; 10 is the node itself. Gives undefined for anything but numbers.
 */
export function parseDistances(text: string): readonly number[] | undefined {
  const words = text.trim().split(/\s+/, 1025);
  return words.length <= 1024 && words.every(word => /^\d{1,5}$/.test(word)) ? words.map(Number) : undefined;
}
