import * as v from 'valibot';

/** Name of the file that makes a folder a bundle. */
export const manifestName = 'nearmetal.json';

/** The form that is written; a change that old readers cannot read gets the next number. */
export const bundleSchema = 'nearmetal.bundle/1';

const reason = v.string();
const failed = [
  v.object({ outcome: v.literal('absent') }),
  v.object({ outcome: v.literal('denied'), reason }),
  v.object({ outcome: v.literal('not-captured'), reason }),
] as const;

/** A look at a path: how, at what, what came of it. A text that was read stands in the file `at`, under `files/` where it is not said. */
const look = v.intersect([
  v.object({ look: v.picklist(['read', 'list', 'link', 'room']), path: v.string() }),
  v.variant('outcome', [
    v.object({
      outcome: v.literal('ok'),
      at: v.optional(v.string()),
      names: v.optional(v.array(v.string())),
      target: v.optional(v.string()),
      size: v.optional(v.number()),
      free: v.optional(v.number()),
    }),
    ...failed,
  ]),
]);

const command = v.intersect([
  v.object({ argv: v.array(v.string()) }),
  v.variant('outcome', [v.object({ outcome: v.literal('ok'), at: v.string() }), ...failed]),
]);

const looks = v.object({ looks: v.array(look), commands: v.array(command) });

const sample = v.object({
  ...looks.entries,
  libvirt: v.union([v.object({ answers: v.string() }), v.object({ unknown: reason, remedy: v.optional(v.string()) })]),
});

/** nearmetal.json. */
export const manifestForm = v.object({
  schema: v.literal(bundleSchema),
  tool: v.object({ name: v.literal('nearmetal'), version: v.string() }),
  time: v.pipe(v.string(), v.isoTimestamp()),
  source: v.string(),
  host: v.nullable(v.string()),
  readings: v.array(
    v.object({ fact: v.string(), state: v.picklist(['known', 'absent', 'unknown']), reason: v.optional(v.string()) }),
  ),
  ...sample.entries,
  /** What guests said of themselves; looks at files of a guest stand under `guests/`. */
  inside: v.optional(
    v.array(
      v.union([
        v.object({ guest: v.string(), by: v.string(), ...looks.entries }),
        v.object({ guest: v.string(), unknown: reason, remedy: v.optional(v.string()) }),
      ]),
    ),
  ),
  later: v.optional(v.object({ afterMs: v.number(), ...sample.entries })),
});

/** nearmetal.json, read. */
export type Manifest = v.InferOutput<typeof manifestForm>;

/** Looks at files and commands in it. */
export type ManifestLooks = v.InferOutput<typeof looks>;

/** One sample in it. */
export type ManifestSample = v.InferOutput<typeof sample>;
