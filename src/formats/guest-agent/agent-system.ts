import * as v from 'valibot';

const words = v.optional(v.pipe(v.string(), v.maxLength(300)));
const form = v.object({ id: words, 'pretty-name': words, 'kernel-version': words, version: words });

/** The operating system as guest-get-osinfo tells it (QEMU: qga/qapi-schema.json, GuestOSInfo). */
export interface AgentSystem {
  /** `mswindows`, else ID of os-release. */
  readonly id: string;
  readonly name: string | undefined;
  /** Of Windows the version of the kernel, `10.0`. */
  readonly version: string | undefined;
}

/** Reads the answer to guest-get-osinfo; undefined where it names no system. */
export function parseAgentSystem(text: string): AgentSystem | undefined {
  const parsed = v.safeParse(form, parseJson(text));
  if (!parsed.success || parsed.output.id === undefined) return undefined;
  const { id, version } = parsed.output;
  return { id, name: parsed.output['pretty-name'], version: parsed.output['kernel-version'] ?? version };
}

const driver = v.object({
  'driver-name': v.pipe(v.string(), v.maxLength(300)),
  'driver-version': words,
  id: v.optional(v.object({ type: words, 'vendor-id': v.optional(v.number()), 'device-id': v.optional(v.number()) })),
});

/** A driver of Windows for a PCI device. */
export interface AgentDriver {
  readonly name: string;
  readonly version: string | undefined;
  readonly vendor: number;
  readonly device: number;
}

/** Reads the answer to guest-get-devices (QEMU 5.2, Windows only): drivers of PCI devices. Undefined where it is none. */
export function parseAgentDrivers(text: string): readonly AgentDriver[] | undefined {
  const parsed = v.safeParse(v.pipe(v.array(driver), v.maxLength(4096)), parseJson(text));
  if (!parsed.success) return undefined;
  return parsed.output.flatMap(({ id, ...one }) => {
    const vendor = id?.['vendor-id'];
    const device = id?.['device-id'];
    return vendor === undefined || device === undefined
      ? []
      : [{ name: one['driver-name'], version: one['driver-version'], vendor, device }];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
