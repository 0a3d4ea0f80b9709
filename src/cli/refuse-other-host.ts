import type { Target } from '#apply/target';
import { usageError } from '#cli/request-error';
import type { Plan } from '#plan/plan';

/** Throws where a plan was made for another host, or does not say for which. */
export function refuseOtherHost({ host }: Plan, { identity }: Pick<Target, 'identity'>): void {
  if (host.id === undefined)
    throw usageError(
      `the plan does not say which host it is for (made of ${host.name})`,
      'make it on the host, or of a bundle of it: nearmetal plan --format json',
    );
  if (identity.id === undefined)
    throw usageError('this host has neither a machine id nor a libvirt that names it', 'systemd-machine-id-setup');
  if (host.id !== identity.id)
    throw usageError(
      `the plan is for another host: ${host.name} (${host.id}); this is ${identity.hostName} (${identity.id})`,
      'nothing was changed; make a plan here: nearmetal plan --format json',
    );
}
