import { printable } from '#report/printable';

/**
 * Gives a text as it may stand in HTML and XML, in an element or a quoted attribute: no markup, no control character, nothing that turns
 * the writing direction.
 */
export const escapeMarkup = (text: string): string =>
  printable(text)
    .replaceAll(/[\ufffe\uffff]/g, '?')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** Gives attributes, each with a blank before it; those that are undefined are left out. */
export const attributes = (values: Readonly<Record<string, string | number | undefined>>): string =>
  Object.entries(values)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${escapeMarkup(String(value))}"`))
    .join('');
