/** Some changes, as data: those of these kinds, and of them those that the patterns fit. */
export interface ChangePattern {
  readonly kinds: readonly string[];
  /** Fits what the change acts on. */
  readonly on?: RegExp;
  /** Of an edit of a guest: fits the path of one of its parts. */
  readonly path?: RegExp;
  /** Fits what is to be there: the text of a value, or the content of a part whose path fits. */
  readonly content?: RegExp;
}

/** Changes that go together in a plan. */
export interface ChangeStage {
  readonly says: string;
  readonly of: readonly ChangePattern[];
}

/** Changes of which the second does not work, or does harm, unless the first was made. */
export interface ChangeNeed {
  readonly first: ChangePattern;
  readonly second: ChangePattern;
  /** Why, as the end of “because …”. */
  readonly why: string;
  /** Whether the second needs the effect of the first: where that comes only with a restart or reboot it waits for it. */
  readonly waits: boolean;
  /** Only where both are about huge pages of one size. */
  readonly isBySize?: true;
}

/** In which order changes are made. */
export interface ChangeOrder {
  /** Where nothing else decides; a change is of the first stage that fits it. */
  readonly stages: readonly ChangeStage[];
  readonly needs: readonly ChangeNeed[];
}
