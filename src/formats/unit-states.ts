/** What systemd says of one unit. */
export interface UnitState {
  readonly name: string;
  /** LoadState: loaded, masked, not-found … */
  readonly load: string;
  /** ActiveState: active, reloading, inactive, failed, activating, deactivating. */
  readonly active: string;
  /** UnitFileState: enabled, disabled, static, masked, generated …; empty where there is no file. */
  readonly file: string;
}

/** Reads `systemctl show --property=Id,LoadState,ActiveState,UnitFileState UNIT…` (systemctl(1)): `Key=value` lines, a blank line between units. */
export function parseUnitStates(text: string): readonly UnitState[] {
  const states: UnitState[] = [];
  for (const block of text.split(/\n[ \t\r]*\n/)) {
    const values = new Map<string, string>();
    for (const line of block.split('\n')) {
      const equals = line.indexOf('=');
      if (equals > 0) values.set(line.slice(0, equals), line.slice(equals + 1).trim());
    }
    const name = values.get('Id');
    const active = values.get('ActiveState');
    if (name === undefined || active === undefined) continue;
    states.push({ name, load: values.get('LoadState') ?? '', active, file: values.get('UnitFileState') ?? '' });
  }
  return states;
}
