import type { UdevPart, UdevRule } from '#model/udev-rule';

/**
 * Reads a file of udev rules (udev(7)): one rule a line, `KEY{attribute}op"value"` separated by commas, a backslash at the end of a line
 * goes on in the next, `#` begins a comment line. udev drops a rule that it cannot read; so does this.
 */
export function parseUdevRules(text: string): readonly UdevRule[] {
  const rules: UdevRule[] = [];
  let joined = '';
  let first = 0;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/^[ \t\r]{1,4096}/, '').replace(/\r$/, '');
    // a comment within a continued rule is left out, the rule goes on
    if (line.startsWith('#')) continue;
    if (joined === '') first = index + 1;
    joined += line;
    if (joined.endsWith('\\')) {
      joined = joined.slice(0, -1);
      continue;
    }
    const parts = partsOf(joined);
    if (parts !== undefined && parts.length > 0) rules.push({ line: first, parts });
    joined = '';
  }
  const parts = partsOf(joined);
  if (parts !== undefined && parts.length > 0) rules.push({ line: first, parts });
  return rules;
}

const part =
  /[\s,]*([A-Z_]{2,32})(?:\{([^}\n]{1,512})\})?[ \t]*(==|!=|\+=|-=|:=|=)[ \t]*([ei]?)"((?:[^"\\]|\\[\s\S]){0,16384})"/y;

function partsOf(line: string): readonly UdevPart[] | undefined {
  const parts: UdevPart[] = [];
  part.lastIndex = 0;
  let end = 0;
  for (let match = part.exec(line); match !== null; match = part.exec(line)) {
    end = part.lastIndex;
    const [, key = '', attribute, operator = '', , value = ''] = match;
    parts.push({ key, attribute, operator, value: value.replaceAll('\\"', '"') });
  }
  return /^[\s,]*$/.test(line.slice(end)) ? parts : undefined;
}
