import pc from 'picocolors';
import type { Severity } from '#check/verdict';

/** How text is dressed for a terminal; colour adds to words, never replaces them. */
export interface Style {
  /** Columns to write in. */
  readonly width: number;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly severity: (severity: Severity, text: string) => string;
  readonly good: (text: string) => string;
}

/** Takes whether colours are wanted and how wide the terminal is; text is never set wider than 100 columns nor narrower than 60. */
export function terminalStyle(hasColour: boolean, columns: number | undefined): Style {
  const paint = pc.createColors(hasColour);
  const colours: Readonly<Record<Severity, (text: string) => string>> = {
    error: text => paint.bold(paint.red(text)),
    warning: paint.yellow,
    info: paint.cyan,
    hint: paint.dim,
  };
  return {
    width: Math.min(100, Math.max(60, columns ?? 100)),
    bold: paint.bold,
    dim: paint.dim,
    severity: (severity, text) => colours[severity](text),
    good: paint.green,
  };
}
