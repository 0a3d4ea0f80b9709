/**
 * Every call that this client knows: libvirt's name and number for it, its arguments, its answer. libvirt promises that these never change
 * and that calls are only ever added (docs, "Support guarantees"). Names and numbers are written by hand from what the daemon's own packages say;
 * the live tests compare them with the table of the daemon they run against.
 */
import { connectionProcedures } from '#formats/libvirt-rpc/procedures/connection';
import { domainProcedures } from '#formats/libvirt-rpc/procedures/domain';
import { domainChangeProcedures } from '#formats/libvirt-rpc/procedures/domain-change';
import { domainTuningProcedures } from '#formats/libvirt-rpc/procedures/domain-tuning';
import { eventProcedures } from '#formats/libvirt-rpc/procedures/event';
import { hostProcedures } from '#formats/libvirt-rpc/procedures/host';
import { networkProcedures } from '#formats/libvirt-rpc/procedures/network';
import { storageProcedures } from '#formats/libvirt-rpc/procedures/storage';

/** The calls by the names that libvirt gives them, in camel case. */
export const procedures = {
  ...connectionProcedures,
  ...hostProcedures,
  ...domainProcedures,
  ...domainChangeProcedures,
  ...domainTuningProcedures,
  ...networkProcedures,
  ...storageProcedures,
  ...eventProcedures,
} as const;
