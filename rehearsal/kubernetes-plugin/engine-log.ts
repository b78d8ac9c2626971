import * as grpc from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import enginePb from "@pulumi/pulumi/proto/engine_pb.js";
import type { LogSeverity as Severity } from "@pulumi/pulumi/proto/engine_pb.js";

/** Messages that the engine shows beside a resource. */
export interface EngineLog {
  /** The resource's status line; the next one takes its place. */
  readonly status: (urn: string, message: string) => void;
  readonly warn: (urn: string, message: string) => void;
}

/** A log to the engine at an address. A message that does not arrive is lost: progress must never fail an operation. */
export function engineLog(address: string): EngineLog {
  const client = new engineGrpc.EngineClient(address, grpc.credentials.createInsecure());
  const send = (urn: string, message: string, severity: Severity, ephemeral: boolean) => {
    const request = new enginePb.LogRequest();
    request.setUrn(urn).setMessage(message).setSeverity(severity).setEphemeral(ephemeral);
    client.log(request, () => undefined);
  };
  return {
    status: (urn, message) => send(urn, message, enginePb.LogSeverity.INFO, true),
    warn: (urn, message) => send(urn, message, enginePb.LogSeverity.WARNING, false),
  };
}
