import { createHash } from 'node:crypto';

/**
 * machine-id(5) is confidential: gives a hash in its place, which names the machine as well. Text that is no machine id (`uninitialized`,
 * or hashed already) stays.
 */
export const maskMachineId = (text: string): string =>
  text.replace(/^\s*([0-9a-f]{32})\s*$/, (_, id: string) => `hashed to ${hashOfId(id)}\n`);

/** Gives the public name of the machine whose /etc/machine-id holds this: an id, or what `maskMachineId` left of one in a bundle. Undefined: neither. */
export const machineName = (text: string): string | undefined =>
  /^\s*hashed to ([0-9a-f]{16})\s*$/.exec(maskMachineId(text))?.[1];

/** Whether a text is an id, or what `maskMachineId` left of one; makes no hash. */
export const namesMachine = (text: string): boolean => /^\s*(?:[0-9a-f]{32}|hashed to [0-9a-f]{16})\s*$/.test(text);

/** The stable, public name of a machine whose confidential id this is. */
export const hashOfId = (id: string): string => createHash('sha256').update(id).digest('hex').slice(0, 16);
