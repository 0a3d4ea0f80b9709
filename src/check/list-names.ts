/** Names the first few of some things: `db01, db02, db03 and 4 more`. */
export function listNames(names: readonly string[], most = 3): string {
  const first = names.slice(0, most);
  return names.length > most ? `${first.join(', ')} and ${names.length - most} more` : first.join(', ');
}

/** Names some things as the subject of a sentence: `db01 needs`, `db01, db02 need`. */
export const listWith = (names: readonly string[], one: string, several: string): string =>
  `${listNames(names)} ${names.length === 1 ? one : several}`;
