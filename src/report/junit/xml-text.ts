import { printable } from '#report/printable';

/** Gives text for XML, in content and in attributes: without characters that XML 1.0 cannot hold, markup escaped. */
export const xmlText = (text: string): string => printable(text).replaceAll(/[&<>"']/g, sign => entities[sign] ?? '');

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
