/** One knob and what a change makes of it. Two changes that give one knob different values cannot both be followed. */
export interface KnobSetting {
  /** Stable name: `sysctl vm.swappiness`, `file /sys/kernel/mm/ksm/run`, `guest web01 cpu/@mode`. The running half of a setting and the half kept over reboots are one knob. */
  readonly knob: string;
  /** What it is set to; undefined: taken away. */
  readonly to: string | undefined;
}
