import { escapeMarkup } from '#report/markup';

/** A piece of HTML that is well formed. Only `html` and `trusted` make one. */
export interface Html {
  readonly html: string;
}

type Part = Html | string | number | undefined | false | readonly (Html | string)[];

/** Makes HTML of a template. Texts and numbers put into it are escaped, HTML and lists of it are not; undefined and false leave nothing. */
export function html(template: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = template[0] ?? '';
  for (const [at, part] of parts.entries()) text += `${textOf(part)}${template[at + 1] ?? ''}`;
  return { html: text };
}

/** Takes markup that was escaped where it was made. */
export const trusted = (markup: string): Html => ({ html: markup });

function textOf(part: Part): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeMarkup(String(part));
  return 'html' in part ? part.html : part.map(textOf).join('');
}
