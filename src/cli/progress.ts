/** A line on standard error that says what is being waited for; only on a terminal, and only when it takes longer than a blink. */
export interface Progress {
  readonly say: (text: string) => void;
  /** Wipes the line. */
  readonly end: () => void;
}

/** Starts a progress line; quiet: none. */
export function startProgress(isQuiet: boolean): Progress {
  if (isQuiet || process.stderr.isTTY !== true) return { say: () => undefined, end: () => undefined };
  let shown = '';
  let timer: NodeJS.Timeout | undefined;
  const wipe = (): void => {
    if (shown !== '') process.stderr.write(`\r${' '.repeat(shown.length)}\r`);
    shown = '';
  };
  return {
    say(text) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        wipe();
        shown = `${text} …`;
        process.stderr.write(shown);
      }, 300);
      timer.unref();
    },
    end() {
      clearTimeout(timer);
      wipe();
    },
  };
}
