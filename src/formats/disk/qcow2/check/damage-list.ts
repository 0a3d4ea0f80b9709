import type { Damage } from '#formats/disk/image-check';

/** The most damages that are told one by one. */
const mostTold = 1000;

/** What an examination found so far. */
export class DamageList {
  readonly #told: Damage[] = [];
  leaks = 0;
  corruptions = 0;
  checkErrors = 0;
  /** Something could not be read that clusters may belong to: what seems to be leaked may be its. */
  hidesUse = false;

  /** Damage that counts as corruption, as many times as given. */
  corrupt(damage: Damage, times = 1): void {
    this.corruptions += times;
    this.tell(damage);
  }

  /** Something that cannot be examined. */
  unreadable(damage: Damage, times = 1): void {
    this.checkErrors += times;
    this.tell(damage);
  }

  /** Is one more to be told of? */
  get hasRoom(): boolean {
    return this.#told.length < mostTold;
  }

  tell(damage: Damage): void {
    if (this.hasRoom) this.#told.push(damage);
  }

  /** All that are told, in the order of the file. */
  inOrder(): Damage[] {
    return this.#told.toSorted((one, other) => one.at - other.at);
  }
}
