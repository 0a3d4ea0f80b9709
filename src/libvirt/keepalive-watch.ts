/** How the daemon is watched for signs of life. */
export interface Keepalive {
  /** After this time without a byte from the daemon it is pinged, in milliseconds. */
  readonly intervalMs: number;
  /** After so many pings in vain, and the interval once more, it counts as dead. */
  readonly count: number;
}

/**
 * Watches for signs of life. Counts in its own ticks, so a program that was busy itself for a while does not blame the daemon. Does not
 * keep the process running.
 */
export class KeepaliveWatch {
  readonly #timer: NodeJS.Timeout;
  #hasHeard = false;

  /** Calls `ping` when the daemon is to be asked, and `dead` once when it has not answered. */
  constructor({ intervalMs, count }: Keepalive, ping: () => void, dead: () => void) {
    let unanswered = 0;
    this.#timer = setInterval(() => {
      if (this.#hasHeard) {
        this.#hasHeard = false;
        unanswered = 0;
      } else if (unanswered >= count) {
        this.stop();
        dead();
      } else {
        unanswered++;
        ping();
      }
    }, intervalMs);
    this.#timer.unref();
  }

  /** Something came. */
  heard(): void {
    this.#hasHeard = true;
  }

  /** Watches no longer. */
  stop(): void {
    clearInterval(this.#timer);
  }
}
