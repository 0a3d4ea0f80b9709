import { spawnSync } from 'node:child_process';
import { localTarget } from '#apply/local-target';
import { openHostSchemas } from '#apply/open-host-schemas';
import type { Target } from '#apply/target';
import { rootOf } from '#cli/open-local';
import { inputError, usageError } from '#cli/request-error';
import { stateOf } from '#cli/state-folder';
import { unitStates } from '#collect/host/services';
import { parseCapabilities } from '#formats/capabilities/parse-capabilities';
import { maskOutput } from '#formats/secrets/mask-output';
import { parseUnitStates } from '#formats/unit-states';
import { parseXml } from '#formats/xml/parse-xml';
import { connect } from '#libvirt/connect';
import type { Connection } from '#libvirt/connection';
import { UriError } from '#libvirt/uri-error';
import { unknown } from '#model/known';
import { noCommands } from '#transport/commands';
import { localTree } from '#transport/local-tree';

/** Which machine is to be changed. */
export interface TargetOptions {
  readonly connect?: string;
  readonly root?: string;
}

/** A machine that can be changed. */
export interface OpenedTarget {
  readonly target: Target;
  /** The folder of its ledger. */
  readonly state: string;
  close(): Promise<void>;
}

/** Opens this machine, or the tree below `--root`, and the libvirt that goes with it. Throws RequestError. */
export async function openTarget(options: TargetOptions): Promise<OpenedTarget> {
  const root = rootOf(options.root);
  const libvirt = await openLibvirt(options, root);
  const files = localTree(root, { missing: 'absent' });
  const validator = libvirt === undefined ? undefined : await openHostSchemas(localTree('/', { missing: 'absent' }));
  const isNamed = files.read('/etc/machine-id').outcome === 'ok';
  const target = localTarget(root, {
    unit: unitsOf(root),
    libvirt,
    hostUuid: isNamed ? undefined : await hostUuid(libvirt),
  });
  return {
    target: { ...target, validator },
    state: stateOf(root),
    close: async () => {
      validator?.dispose();
      await libvirt?.close();
    },
  };
}

/** Without a libvirt guests are left alone; one that was named must answer. A tree has none of its own unless one is named. */
async function openLibvirt({ connect: uri }: TargetOptions, root: string): Promise<Connection | undefined> {
  if (root !== '/' && uri === undefined) return undefined;
  try {
    return await connect({ uri, readOnly: false });
  } catch (error) {
    if (error instanceof UriError) throw usageError(error.message, error.doThis);
    if (uri !== undefined)
      throw inputError(maskOutput(error instanceof Error ? error.message : String(error)), doThisOf(error));
    return undefined;
  }
}

const doThisOf = (error: unknown): string | undefined =>
  error instanceof Error && 'doThis' in error && typeof error.doThis === 'string' ? error.doThis : undefined;

async function hostUuid(libvirt: Connection | undefined): Promise<string | undefined> {
  if (libvirt === undefined) return undefined;
  return parseCapabilities(parseXml(await libvirt.capabilities(), { file: 'capabilities' }).root).hostUuid;
}

/** The state of units as the collector tells it; what only systemd can tell it is asked for. */
function unitsOf(root: string): Target['unit'] {
  const files = localTree(root, { missing: 'absent', folders: 'looked-up' });
  return name => {
    const none = unknown('libvirt was not asked', '');
    const found = unitStates({ files, libvirt: none, commands: noCommands })(name);
    if (found.state !== 'known') throw inputError('the folders of systemd cannot be read', 'run it as root');
    const { isInstalled, isMasked, isEnabled = false } = found.value;
    const isActive = found.value.isActive ?? (root === '/' && isInstalled ? askSystemd(name) : false);
    return { isInstalled, isMasked, isEnabled, isActive };
  };
}

function askSystemd(name: string): boolean {
  const asked = spawnSync('systemctl', ['show', '--property=Id,LoadState,ActiveState,UnitFileState', name], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 20_000,
  });
  const [state] = parseUnitStates(asked.stdout ?? '');
  return state !== undefined && ['active', 'reloading', 'activating'].includes(state.active);
}
