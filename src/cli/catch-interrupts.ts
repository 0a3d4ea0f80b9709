/** Ctrl-C and the like, taken for the time in which something is written. */
export interface Interrupts {
  /** Aborted by the first of them. */
  readonly signal: AbortSignal;
  /** Gives them back to whom they were before. */
  release(): void;
}

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Takes SIGINT, SIGTERM and SIGHUP: instead of ending at once the program ends after the step in hand, which it says. */
export function catchInterrupts(): Interrupts {
  const controller = new AbortController();
  const caught = (): void => {
    if (controller.signal.aborted) return;
    controller.abort();
    process.stderr.write('nearmetal: interrupted; the step in hand is finished first\n');
  };
  const before = names.map(name => ({ name, listeners: process.rawListeners(name) }));
  for (const name of names) {
    process.removeAllListeners(name);
    process.on(name, caught);
  }
  return {
    signal: controller.signal,
    release() {
      for (const { name, listeners } of before) {
        process.removeListener(name, caught);
        for (const listener of listeners)
          process.on(name, () => {
            Reflect.apply(listener, process, [name]);
          });
      }
    },
  };
}
