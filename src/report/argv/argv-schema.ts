import * as v from 'valibot';

/**
 * The document that `nearmetal argv --format json` prints, version 1. Fields are added, never renamed or removed, within a version. The
 * JSON schema that ships is generated from this.
 */
const place = {
  path: v.pipe(v.string(), v.description('The element in the XML: /domain/devices/disk[2]/target')),
  attribute: v.optional(v.string()),
  line: v.pipe(v.number(), v.description('Line and column count from 1, in the XML that `xml` names')),
  column: v.number(),
};

const tie = v.object({
  ...place,
  fields: v.optional(
    v.pipe(v.array(v.string()), v.description('What of the argument comes from it; all where none is named')),
  ),
});

const argument = v.object({
  words: v.pipe(v.array(v.string()), v.description('As QEMU gets them, secrets masked')),
  ties: v.pipe(v.array(tie), v.description('Elements that it comes from')),
  own: v.optional(v.pipe(v.string(), v.description('Why libvirt gives it by itself, where no element asks for it'))),
  ownFields: v.optional(
    v.pipe(
      v.array(v.string()),
      v.description('Fields that libvirt adds to an argument whose others come from the XML'),
    ),
  ),
  serves: v.optional(
    v.pipe(v.array(v.object(place)), v.description('Of a controller that libvirt adds: the devices on it')),
  ),
});

const difference = v.object({ words: v.array(v.string()), ties: v.array(tie) });

/** The whole document. */
export const argvDocument = v.object({
  schema: v.literal('nearmetal.argv/1'),
  tool: v.object({ name: v.literal('nearmetal'), version: v.string() }),
  guest: v.string(),
  from: v.pipe(
    v.picklist(['libvirt', 'process', 'file']),
    v.description('Built by libvirt, read of the running process, or given as a file'),
  ),
  origin: v.pipe(v.string(), v.description('The connection, the process or the file, in words')),
  xml: v.pipe(v.string(), v.description('The XML in which lines count: a file, or the command that prints it')),
  refused: v.optional(
    v.object({
      message: v.pipe(v.string(), v.description('Why libvirt builds no command line of this XML')),
      path: v.optional(v.string()),
      line: v.optional(v.number()),
      column: v.optional(v.number()),
    }),
  ),
  environment: v.array(v.object({ name: v.string(), value: v.string(), ties: v.array(tie) })),
  program: v.optional(v.object({ path: v.string(), ties: v.array(tie) })),
  arguments: v.array(argument),
  shell: v.pipe(v.string(), v.description('The whole, quoted for a POSIX shell, an argument a line; secrets masked')),
  silent: v.pipe(v.array(v.object(place)), v.description('Devices of the XML from which no argument comes')),
  breaks: v.array(
    v.object({
      severity: v.picklist(['error', 'warning']),
      says: v.string(),
      wants: v.optional(v.string()),
      ...place,
      source: v.string(),
    }),
  ),
  running: v.optional(
    v.object({
      pid: v.number(),
      onlyRunning: v.pipe(v.array(difference), v.description('Arguments that only the running QEMU has')),
      onlyDefined: v.pipe(v.array(difference), v.description('Arguments that it gets at its next start')),
    }),
  ),
  notes: v.array(v.string()),
  summary: v.object({
    arguments: v.number(),
    tied: v.number(),
    own: v.number(),
    untied: v.number(),
    errors: v.number(),
    warnings: v.number(),
  }),
});

/** The report as plain JSON values. */
export type ArgvDocument = v.InferOutput<typeof argvDocument>;
