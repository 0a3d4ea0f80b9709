import type { ShellAssignment } from '#formats/conf/shell-assignment';
import { ShellReader } from '#formats/conf/shell-reader';

/**
 * Reads the assignments of a file that a shell sources: /etc/default/grub and /etc/default/grub.d/*.cfg (grub-mkconfig sources them),
 * /etc/sysconfig/*. The quoting rules are those of POSIX sh, section 2.2, with `+=` of bash. Commands are not carried out: what only a
 * shell can tell (command substitution, a value set under `if`) is marked, never guessed. Takes the text of the file; gives its
 * assignments in order. Throws ShellSyntaxError where a quote does not end.
 */
export function parseShellAssignments(text: string): readonly ShellAssignment[] {
  const reader = new ShellReader(text);
  const assignments: ShellAssignment[] = [];
  while (!reader.isAtEnd) {
    const statement = readStatement(reader);
    assignments.push(...statement);
  }
  return assignments;
}

const opening = new Set(['if', 'for', 'while', 'until', 'case', 'select', '{', '(']);
const closing = new Set(['fi', 'done', 'esac', '}', ')']);
const leading = new Set(['then', 'else', 'do', '!', 'function']);
const declaring = new Set(['export', 'readonly', 'declare', 'typeset', 'local']);

/** One simple command: assignments in front of a command hold for that command alone and are left out. */
function readStatement(reader: ShellReader): readonly ShellAssignment[] {
  const found: ShellAssignment[] = [];
  let isDeclaration = false;
  for (;;) {
    reader.skipBlanks();
    const separator = reader.takeSeparator();
    if (separator !== undefined) return found;
    const assignment = reader.takeAssignment();
    if (assignment !== undefined) {
      found.push(assignment);
      continue;
    }
    const word = reader.takeWord();
    if (isDeclaration) continue;
    isDeclaration = found.length === 0 && declaring.has(word);
    if (isDeclaration || (found.length === 0 && leading.has(word))) continue;
    if (found.length > 0) return reader.skipCommand();
    if (opening.has(word)) reader.depth++;
    else if (closing.has(word)) reader.depth = Math.max(0, reader.depth - 1);
    if (word === '{' || word === '(') continue;
    return reader.skipCommand();
  }
}
