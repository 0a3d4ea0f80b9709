/** What a daemon sends instead of an answer. */
import { type Codec, int32, looseText, optional, struct } from '#formats/libvirt-rpc/codec';
import { type Domain, domain, type Network, network } from '#formats/libvirt-rpc/objects';

/** An error of the daemon as it was sent (virError); the numbers are explained by `error-codes.ts`. */
export interface RemoteError {
  /** virErrorNumber. */
  readonly code: number;
  /** virErrorDomain: the part of libvirt that raised it. */
  readonly domain: number;
  /** For people, in the daemon's language. */
  readonly message: string | undefined;
  /** virErrorLevel: 1 warning, 2 error. */
  readonly level: number;
  /** The guest that it is about; libvirt no longer fills it. */
  readonly about: Domain | undefined;
  readonly text1: string | undefined;
  readonly text2: string | undefined;
  readonly text3: string | undefined;
  readonly number1: number;
  readonly number2: number;
  /** The network that it is about; libvirt no longer fills it. */
  readonly network: Network | undefined;
}

/** How an error is written. */
export const remoteError: Codec<RemoteError> = struct({
  code: int32,
  domain: int32,
  message: optional(looseText),
  level: int32,
  about: optional(domain),
  text1: optional(looseText),
  text2: optional(looseText),
  text3: optional(looseText),
  number1: int32,
  number2: int32,
  network: optional(network),
});
