import { isLegalCharacter } from '#formats/xml/xml-characters';
import { XmlEditError } from '#formats/xml/xml-edit';

/** Writes plain text so that it reads back the same between tags. */
export function escapeText(plain: string): string {
  checkCharacters(plain);
  return plain.replace(/[&<>\r]/g, char => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[char] ?? '&#13;');
}

/** Writes plain text so that it reads back the same inside an attribute quoted with `quote`. */
export function escapeAttribute(plain: string, quote: string): string {
  checkCharacters(plain);
  return plain.replace(/[&<>"'\t\n\r]/g, char => {
    if (char === '"' || char === "'") return char === quote ? (quote === '"' ? '&quot;' : '&apos;') : char;
    return { '&': '&amp;', '<': '&lt;', '>': '&gt;' }[char] ?? `&#${char.charCodeAt(0)};`;
  });
}

function checkCharacters(plain: string): void {
  for (let at = 0; at < plain.length; at++) {
    if (!isLegalCharacter(plain, at)) {
      const code = plain.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
      throw new XmlEditError('illegal-character', `The character U+${code} cannot be written in XML.`, 'Leave it out.');
    }
  }
}
