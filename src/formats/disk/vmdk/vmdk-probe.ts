/** Bytes that QEMU looks at when it guesses a format. */
const probed = 512;

/** Whether these bytes begin a VMDK: a sparse file, or the text of a descriptor, comments and blank lines before its version. */
export function isVmdk(head: Uint8Array): boolean {
  const text = String.fromCharCode(...head.subarray(0, probed));
  if (text.startsWith('KDMV') || text.startsWith('COWD')) return true;
  for (const line of text.split('\n')) {
    if (line.startsWith('#') || /^ +\r?$/.test(line)) continue;
    return /^version=[123]\r?$/.test(line);
  }
  return false;
}
