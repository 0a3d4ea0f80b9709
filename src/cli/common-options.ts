/** What every command understands. */
export interface CommonOptions {
  readonly connect?: string;
  readonly root?: string;
  readonly output?: string;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color: 'auto' | 'always' | 'never';
  readonly format: string;
  /** Force the kind of SOURCE. */
  readonly as?: string;
  readonly readOnly?: boolean;
  readonly run?: boolean;
  readonly guestAgent?: boolean;
  readonly guestFacts?: readonly string[];
}
