import type { Style } from '#report/human/style';
import type { FactsDocument } from '#report/json/facts-json';
import { printable } from '#report/printable';

/** Gives the facts for a person: a line a fact, its value, and where it was read; then what is unknown. */
export function factsText(facts: FactsDocument, style: Style): string {
  const lines = [printable(facts.source)];
  const print = (value: unknown, path: string): void => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && !(path in facts.evidence)) {
      for (const [name, item] of Object.entries(value)) print(item, path === '' ? name : `${path}.${name}`);
      return;
    }
    if (Array.isArray(value) && /^(guests|networks|pools)$/.test(path)) {
      value.forEach((item: unknown, at) => {
        lines.push('');
        const entries: readonly (readonly [string, unknown])[] =
          typeof item === 'object' && item !== null ? Object.entries(item) : [];
        for (const [name, part] of entries) print(part, `${path}[${at}].${name}`);
      });
      return;
    }
    const from = [...new Set((facts.evidence[path] ?? []).map(item => item.from))];
    const where =
      from.length === 0 ? '' : style.dim(`   ${from.slice(0, 2).join(', ')}${from.length > 2 ? ', …' : ''}`);
    lines.push(`${path} = ${printable(valueWords(value))}${where}`);
  };
  print(facts.host ?? {}, 'host');
  print(facts.guests ?? [], 'guests');
  print(facts.networks ?? [], 'networks');
  print(facts.pools ?? [], 'pools');
  const unknowns = Object.entries(facts.unknown);
  if (unknowns.length > 0) {
    lines.push('', `unknown (${unknowns.length})`);
    for (const [path, { reason, remedy }] of unknowns) {
      lines.push(
        `${path}: ${printable(reason)}${remedy === undefined ? '' : style.dim(`   supplied by: ${printable(remedy)}`)}`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

function valueWords(value: unknown): string {
  if (value === null) return 'absent';
  if (Array.isArray(value) && value.length > 4) return `${value.length} entries: ${JSON.stringify(value[0])} …`;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 157)}…` : text;
}
