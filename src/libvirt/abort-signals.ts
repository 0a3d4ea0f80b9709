/** Listens to the signals of many calls, once for each signal however many calls share it: Node warns of more than ten listeners. */
export class AbortSignals {
  readonly #watched = new Map<AbortSignal, { readonly serials: Set<number>; readonly listener: () => void }>();
  readonly #giveUp: (serial: number, reason: unknown) => void;

  /** `giveUp` is called for each call whose signal is aborted. */
  constructor(giveUp: (serial: number, reason: unknown) => void) {
    this.#giveUp = giveUp;
  }

  /** Watches the signal for a call. */
  add(signal: AbortSignal, serial: number): void {
    const watched = this.#watched.get(signal);
    if (watched !== undefined) {
      watched.serials.add(serial);
      return;
    }
    const serials = new Set([serial]);
    const listener = (): void => {
      for (const each of [...serials]) this.#giveUp(each, signal.reason);
    };
    this.#watched.set(signal, { serials, listener });
    signal.addEventListener('abort', listener);
  }

  /** The call is over. */
  remove(signal: AbortSignal, serial: number): void {
    const watched = this.#watched.get(signal);
    watched?.serials.delete(serial);
    if (watched?.serials.size !== 0) return;
    signal.removeEventListener('abort', watched.listener);
    this.#watched.delete(signal);
  }
}
