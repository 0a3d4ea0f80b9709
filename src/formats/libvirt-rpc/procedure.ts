import type { Codec } from '#formats/libvirt-rpc/codec';

/** Number of the program that all hypervisors share. */
export const remoteProgram = 0x2000_8086;

/** Number of the program with QEMU's own calls. */
export const qemuProgram = 0x2000_8087;

/**
 * What a connection must be allowed to do for a call:
 * `read`: it changes nothing, and a read-only connection may make it;
 * `read-privileged`: it changes nothing, but libvirt refuses it on a read-only connection;
 * `write`: it changes something, or may.
 */
export type Rights = 'read' | 'read-privileged' | 'write';

/** One call of a protocol: its number and how its arguments and its answer are written. */
export interface Procedure<Arguments, Result> {
  /** libvirt's name: `domain_get_xml_desc`. */
  readonly name: string;
  readonly program: number;
  readonly number: number;
  readonly rights: Rights;
  /** `slow` calls may take minutes in good health: they start QEMU or ask it what it can do. */
  readonly pace: 'quick' | 'slow';
  readonly arguments: Codec<Arguments>;
  readonly result: Codec<Result>;
}

/** The type of a procedure's arguments. */
export type ArgumentsOf<P> = P extends { readonly arguments: Codec<infer Arguments> } ? Arguments : never;

/** The type of a procedure's answer. */
export type ResultOf<P> = P extends { readonly result: Codec<infer Result> } ? Result : never;

/** Describes a call of the program that all hypervisors share. */
export function procedure<Arguments, Result>(
  number: number,
  name: string,
  rights: Rights,
  args: Codec<Arguments>,
  result: Codec<Result>,
  pace: 'quick' | 'slow' = 'quick',
): Procedure<Arguments, Result> {
  return { name, program: remoteProgram, number, rights, pace, arguments: args, result };
}
