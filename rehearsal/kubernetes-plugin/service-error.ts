import * as grpc from "@grpc/grpc-js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import anyPb from "google-protobuf/google/protobuf/any_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { KubeError } from "../kube/client.ts";
import { InitFailedError } from "./init-failed.ts";
import type { Properties } from "../kube/paths.ts";
import { smallerStates } from "./state.ts";

/** How properties of the failed resource are encoded, its secrets marked. */
export type Encode = (properties: Properties) => Struct;

/** Node sends at most 64 KiB of trailers, and the details travel there in base 64. */
const maxDetailBytes = 40_000;

function initFailedMetadata(error: InitFailedError, encode: Encode, hide: (text: string) => string): grpc.Metadata {
  const { outputs } = error.state;
  const detail = new providerPb.ErrorResourceInitFailed();
  detail.setId(error.state.id).setReasonsList(error.reasons.map(hide)).setProperties(encode(outputs));
  if (error.inputs !== undefined) detail.setInputs(encode(error.inputs));
  // An object too large to travel keeps its identity in the state; the next update or refresh fills in the rest.
  for (const smaller of smallerStates(outputs)) {
    if (detail.serializeBinary().length <= maxDetailBytes) break;
    detail.setProperties(encode(smaller)).clearInputs();
  }
  const any = new anyPb.Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new statusPb.Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(hide(error.message));
  status.addDetails(any);
  const trailers = new grpc.Metadata();
  trailers.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return trailers;
}

/**
 * The gRPC form of an error. Plain errors show their message only; anything else is a bug and shows its stack.
 * @param hide takes what is secret out of a message.
 */
export function serviceError(
  error: unknown,
  encode: Encode,
  hide: (message: string) => string,
): Partial<grpc.ServiceError> {
  if (error instanceof InitFailedError) {
    const metadata = initFailedMetadata(error, encode, hide);
    return { code: grpc.status.UNKNOWN, details: hide(error.message), metadata };
  }
  if (error instanceof Error && error.name === "AbortError")
    return { code: grpc.status.CANCELLED, details: "The operation was cancelled." };
  const isExpected = error instanceof KubeError || (error instanceof Error && error.name === "Error");
  const details =
    error instanceof Error ? (isExpected ? error.message : (error.stack ?? error.message)) : String(error);
  return { code: grpc.status.UNKNOWN, details: hide(details) };
}
