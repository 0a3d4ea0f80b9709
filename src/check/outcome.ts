import type { Rule } from '#check/define-rule';
import type { HostDecision, TradeOff } from '#check/trade-off';
import type { Bad, Severity } from '#check/verdict';
import type { SubjectKind } from '#check/views';
import type { Waiver } from '#check/waiver';
import type { Evidence, Known } from '#model/known';
import type { Intent } from '#wishes/intent';

/** What a rule judged. */
export interface Subject {
  readonly kind: SubjectKind;
  /** Name for people: of the host, the guest, the disk (`vda`), the interface. */
  readonly name: string;
  readonly uuid?: string | undefined;
  /** The guest that a disk or an interface belongs to. */
  readonly guest?: string | undefined;
  readonly guestUuid?: string | undefined;
  /** The host's stable id, as it was read. */
  readonly host?: Known<string> | undefined;
  /** What tells it from another subject of the same kind, name and uuid in this machine: its file, or its number. */
  readonly twin?: string | undefined;
  /** The source that it was read from: a file, a host. */
  readonly source: string;
}

/** What a rule came to on one subject. */
export type Outcome = {
  readonly rule: Rule;
  readonly subject: Subject;
  readonly intents: readonly Intent[];
  /** Of a setting of the whole host that guests want differently: which intent it was judged by, and who loses. */
  readonly decided?: HostDecision;
} & (
  | { readonly outcome: 'good'; readonly evidence: readonly Evidence[] }
  | {
      readonly outcome: 'bad';
      readonly severity: Severity;
      /** Since when it stands, where it was compared with an earlier report: an ISO time. Undefined: new, or not compared. */
      readonly since?: string;
      readonly finding: Bad;
      readonly evidence: readonly Evidence[];
      /** Practices and intents that this finding was preferred to. */
      readonly tradeOffs?: readonly TradeOff[];
      /** Findings to see to before this one, and why. */
      readonly after?: readonly { readonly rule: string; readonly why: string }[];
    }
  | {
      readonly outcome: 'unknown';
      readonly reason: string;
      readonly remedy?: string | undefined;
      readonly fact?: string | undefined;
    }
  | { readonly outcome: 'not-applicable'; readonly reason: string }
  | {
      readonly outcome: 'waived';
      readonly severity: Severity;
      readonly finding: Bad;
      readonly evidence: readonly Evidence[];
      readonly waiver: Waiver;
    }
  | { readonly outcome: 'crashed'; readonly error: Error }
);
