import type { ShellAssignment, ShellPart } from '#formats/conf/shell-assignment';
import type { Place } from '#model/known';

/** What a variable holds after the files were sourced. */
export interface ShellVariable {
  /** Undefined where only a shell could tell. */
  readonly text: string | undefined;
  /** Where the text comes from, piece by piece, in order; empty where it is undefined. */
  readonly pieces: readonly ShellPiece[];
  /** The assignments that made it, last one last. */
  readonly setBy: readonly Place[];
}

/** A run of text and where it begins in its file. */
export interface ShellPiece {
  readonly text: string;
  readonly place: Place;
}

/** Longest value that is built up; a file that doubles a variable forty times gets no terabyte. */
const longest = 65_536;
const mostPieces = 4096;

/** Takes the assignments of files in the order in which a shell sources them; gives every variable at the end. Variables that nothing sets are empty, as in the shell. */
export function evaluateShell(
  files: readonly { readonly file: string; readonly assignments: readonly ShellAssignment[] }[],
): ReadonlyMap<string, ShellVariable> {
  const variables = new Map<string, ShellVariable>();
  for (const { file, assignments } of files) {
    for (const assignment of assignments) variables.set(assignment.name, assign(assignment, file, variables));
  }
  return variables;
}

function assign(
  assignment: ShellAssignment,
  file: string,
  variables: ReadonlyMap<string, ShellVariable>,
): ShellVariable {
  const before = variables.get(assignment.name);
  const place: Place = { file, line: assignment.line, column: 1 };
  const isAdded = assignment.operator === '+=';
  const setBy = [...(isAdded || refersTo(assignment) ? (before?.setBy ?? []) : []), place].slice(-64);
  const added = piecesOf(assignment.parts, file, variables);
  const pieces = added === undefined ? undefined : isAdded ? [...(before?.pieces ?? []), ...added] : added;
  const isLost = assignment.isConditional || (isAdded && before !== undefined && before.text === undefined);
  if (isLost || pieces === undefined || pieces.length > mostPieces) return { text: undefined, pieces: [], setBy };
  const text = pieces.map(piece => piece.text).join('');
  return text.length > longest ? { text: undefined, pieces: [], setBy } : { text, pieces, setBy };
}

const refersTo = (assignment: ShellAssignment): boolean =>
  assignment.parts.some(part => part.kind === 'variable' && part.name === assignment.name);

function piecesOf(
  parts: readonly ShellPart[],
  file: string,
  variables: ReadonlyMap<string, ShellVariable>,
): readonly ShellPiece[] | undefined {
  const pieces: ShellPiece[] = [];
  for (const part of parts) {
    if (part.kind === 'computed') return undefined;
    if (part.kind === 'text') {
      pieces.push({ text: part.text, place: { file, line: part.line, column: part.column } });
      continue;
    }
    const variable = variables.get(part.name);
    if (variable !== undefined && variable.text === undefined) return undefined;
    const isSet = (variable?.text ?? '') !== '';
    if (part.kind === 'variable' || (part.operator === '-' && isSet)) pieces.push(...(variable?.pieces ?? []));
    else if (part.operator === '-' || isSet) {
      const inner = piecesOf(part.parts, file, variables);
      if (inner === undefined) return undefined;
      pieces.push(...inner);
    }
    if (pieces.length > mostPieces) return undefined;
  }
  return pieces;
}
