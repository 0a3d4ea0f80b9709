import type { ObservedUnit } from '#change/observed';
import { failure } from './failure.js';
import type { SimulatedFiles } from './simulated-files.js';

const none: ObservedUnit = { isInstalled: false, isMasked: false, isEnabled: false, isActive: false };
const own = '/etc/systemd/system';
const folders = [own, '/run/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system'];

/** The units of a machine: those that were told, and those that have a file. Enabling makes the links that [Install] asks for. */
export class SimulatedUnits {
  readonly #files: SimulatedFiles;
  readonly #told = new Map<string, ObservedUnit>();

  constructor(files: SimulatedFiles, told: Readonly<Record<string, Partial<ObservedUnit>>>) {
    this.#files = files;
    for (const [name, unit] of Object.entries(told)) this.#told.set(name, { ...none, isInstalled: true, ...unit });
  }

  observe(name: string): ObservedUnit {
    const told = this.#told.get(name) ?? none;
    const isMasked = this.#linkOf(`${own}/${name}`) === '/dev/null';
    const isInstalled = (told.isInstalled && this.textOf(name) === undefined) || this.textOf(name) !== undefined;
    return {
      isInstalled: isInstalled || isMasked,
      isMasked: told.isMasked || isMasked,
      isEnabled: told.isEnabled || this.#wants(name).some(path => this.#isThere(path)),
      isActive: told.isActive,
    };
  }

  /** Text of the unit's own file. */
  textOf(name: string): string | undefined {
    for (const folder of folders) {
      const found = this.#files.read(`${folder}/${name}`);
      if (found.outcome === 'ok') return found.value;
    }
    return undefined;
  }

  setActive(name: string, isActive: boolean): void {
    const unit = this.observe(name);
    if (isActive && !unit.isInstalled) throw failure('ENOENT', name);
    if (isActive && unit.isMasked) throw new Error(`Unit ${name} is masked`);
    this.#tell(name, { isActive });
  }

  /** With the units that [Install] names by Also=. */
  setEnabled(name: string, isEnabled: boolean, done: readonly string[] = []): void {
    if (done.includes(name)) return;
    const unit = this.observe(name);
    if (!unit.isInstalled) throw failure('ENOENT', name);
    if (isEnabled && unit.isMasked) throw new Error(`Unit ${name} is masked`);
    for (const path of this.#wants(name)) {
      if (isEnabled) this.#files.linkTo(path, `${folders.find(at => this.#isIn(at, name)) ?? own}/${name}`);
      else if (this.#isThere(path)) this.#files.remove(path);
    }
    this.#tell(name, { isEnabled: this.#wants(name).length === 0 && isEnabled });
    for (const [, also = ''] of (this.textOf(name) ?? '').matchAll(/^Also=(.*)$/gm))
      for (const other of also.trim().split(/\s+/))
        if (this.observe(other).isInstalled) this.setEnabled(other, isEnabled, [...done, name]);
  }

  setMasked(name: string, isMasked: boolean): void {
    const path = `${own}/${name}`;
    if (isMasked) this.#files.linkTo(path, '/dev/null');
    else if (this.#linkOf(path) === '/dev/null') this.#files.remove(path);
    this.#tell(name, { isMasked: false });
  }

  #tell(name: string, parts: Partial<ObservedUnit>): void {
    this.#told.set(name, { ...(this.#told.get(name) ?? none), ...parts });
  }

  #isIn(folder: string, name: string): boolean {
    return this.#files.read(`${folder}/${name}`).outcome === 'ok';
  }

  #linkOf(path: string): string | undefined {
    const found = this.#files.link(path);
    return found.outcome === 'ok' ? found.value : undefined;
  }

  /** A bundle may know of a link and not where it points. */
  #isThere(path: string): boolean {
    const slash = path.lastIndexOf('/');
    return this.#files.kernel.list(path.slice(0, slash)).includes(path.slice(slash + 1));
  }

  /** Where the links of an enabled unit stand. */
  #wants(name: string): readonly string[] {
    const text = this.textOf(name) ?? '';
    return [...text.matchAll(/^(WantedBy|RequiredBy)=(.*)$/gm)].flatMap(([, key, targets = '']) =>
      targets
        .trim()
        .split(/\s+/)
        .map(target => `${own}/${target}.${key === 'WantedBy' ? 'wants' : 'requires'}/${name}`),
    );
  }
}
