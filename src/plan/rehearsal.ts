import type { Change } from '#change/change';
import { editParts } from '#change/domain/edit-parts';
import { changeKinds } from '#change/kind-of';
import type { Step } from '#change/step';
import { absent, known, valueIfKnown } from '#model/known';
import { lookAt, type Sight } from '#plan/sight';
import { changeLines } from '#plan/state-words';
import { unifiedDiff } from '#plan/unified-diff';

/** What a change does, for people. */
export interface Shown {
  readonly diff: string;
  readonly unseen?: string;
}

/**
 * The machine as the changes of a plan make it, one after the other: files and definitions are written in memory only, so that each change
 * is shown against what the ones before it leave.
 */
export class Rehearsal {
  readonly #sight: Sight;
  readonly #files = new Map<string, string | undefined>();
  readonly #guests = new Map<string, string>();

  constructor(sight: Sight) {
    this.#sight = {
      ...sight,
      file: path => (this.#files.has(path) ? fact(this.#files.get(path)) : sight.file(path)),
      folder: path => this.#withNew(path, sight),
      guest: (name, half) => {
        const text = half === 'stored' ? this.#guests.get(name) : undefined;
        return text === undefined ? sight.guest(name, half) : known(text);
      },
    };
  }

  /** The machine as it is made so far. */
  get sight(): Sight {
    return this.#sight;
  }

  /** Shows a change and makes it, in memory. A text that was not read is said to be so, and the values are shown. */
  show(change: Change): Shown {
    const kind = changeKinds.get(change.kind);
    const values = lines(changeLines(change));
    if (kind === undefined) return { diff: values };
    const seen = lookAt(kind, change, this.#sight);
    if ('state' in seen) return hasText(change) ? { diff: values, unseen: seen.reason } : { diff: values };
    if (kind.obstacle(change, seen) !== undefined) return { diff: values };
    const shown = kind.steps(change, seen).map(step => this.make(step));
    const diffs = shown.flatMap(({ diff }) => diff ?? []);
    const commands = shown.flatMap(({ command }) => command ?? []);
    return { diff: (diffs.length > 0 ? diffs.join('') : values) + lines(commands) };
  }

  /** Makes a step, in memory. */
  make(step: Step): { readonly diff?: string; readonly command?: string } {
    switch (step.do) {
      case 'write-file': {
        const { path, text } = step;
        const before = valueIfKnown(this.#sight.file(path));
        this.#files.set(path, text);
        return { diff: unifiedDiff({ name: path, text: before }, { name: path, text }) };
      }
      case 'define-guest': {
        const { guest, parts } = step;
        const name = this.#sight.nameOf(guest);
        const before = valueIfKnown(this.#sight.guest(guest, 'stored')) ?? '';
        const text = editParts(before, parts, name);
        this.#guests.set(guest, text);
        return { diff: unifiedDiff({ name, text: before }, { name, text }) };
      }
      case 'run':
        return { command: `then: ${step.argv.join(' ')}` };
      default:
        return {};
    }
  }

  /** A folder as it is, and the files that were made in it. */
  #withNew(path: string, sight: Sight): ReturnType<Sight['folder']> {
    const found = sight.folder(path);
    const inside = [...this.#files].filter(([file]) => file.slice(0, file.lastIndexOf('/')) === path);
    if (found.state === 'unknown' || inside.length === 0) return found;
    const names = new Set(valueIfKnown(found) ?? []);
    for (const [file, text] of inside) {
      const name = file.slice(file.lastIndexOf('/') + 1);
      if (text === undefined) names.delete(name);
      else names.add(name);
    }
    return known([...names].sort());
  }
}

/** Whether a change is one of a text, of which a diff is expected. */
const hasText = ({ kind, lasts }: Change): boolean => lasts === 'across-reboots' && kind !== 'service';

const fact = (text: string | undefined): ReturnType<Sight['file']> => (text === undefined ? absent() : known(text));

const lines = (all: readonly string[]): string => all.map(line => `${line}\n`).join('');
