/** Names the first few of some things: `db01, db02, db03 and 4 more`. */
export function listNames(names: readonly string[], most = 3): string {
  const first = names.slice(0, most);
  return names.length > most ? `${first.join(', ')} and ${names.length - most} more` : first.join(', ');
}
