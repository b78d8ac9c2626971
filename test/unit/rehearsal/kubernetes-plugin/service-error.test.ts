import * as grpc from "@grpc/grpc-js";
import { expect, test } from "vitest";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import { KubeError } from "../../../../rehearsal/kube/client.ts";
import { InitFailedError } from "../../../../rehearsal/kubernetes-plugin/init-failed.ts";
import { encode } from "../../../../rehearsal/kubernetes-plugin/properties.ts";
import { serviceError } from "../../../../rehearsal/kubernetes-plugin/service-error.ts";

const hide = (message: string) => message.replaceAll("clear-word", "[secret]");
const errorOf = (error: unknown) => serviceError(error, (properties) => encode(properties, []), hide);
const identity = { apiVersion: "v1", kind: "ConfigMap", namespace: "default", name: "x" };
const outputsOf = (data: string) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "x" },
  data: { data },
  __inputs: { data },
  __initialApiVersion: "v1",
  __fieldManager: "m",
});

/** What the engine finds in the trailers. */
function detailOf(data: string) {
  const state = { id: "default/x", outputs: outputsOf(data) };
  const { metadata } = errorOf(new InitFailedError(identity, state, ["it says clear-word"]));
  const [trailer = ""] = metadata?.get("grpc-status-details-bin") ?? [];
  const status = statusPb.Status.deserializeBinary(Buffer.from(trailer));
  return providerPb.ErrorResourceInitFailed.deserializeBinary(
    status.getDetailsList()[0]?.getValue_asU8() ?? Buffer.of(),
  );
}

test("a refusal is said in its own words, without what is secret", () => {
  const error = new KubeError(422, "Invalid", 'Invalid value: "clear-word"');
  expect(errorOf(error)).toEqual({ code: grpc.status.UNKNOWN, details: 'Invalid value: "[secret]"' });
});

test("what was cancelled is no bug", () => {
  const error = new DOMException("This operation was aborted", "AbortError");
  expect(errorOf(error)).toEqual({ code: grpc.status.CANCELLED, details: "The operation was cancelled." });
});

test("an object that is not ready stays in the state with its reasons, without what is secret", () => {
  const detail = detailOf("small");
  expect(detail.getId()).toBe("default/x");
  expect(detail.getReasonsList()).toEqual(["ConfigMap default/x is not ready: it says [secret]"]);
  expect(detail.getProperties()?.toJavaScript()).toEqual(outputsOf("small"));
});

test.each([
  [25_000, ["__fieldManager", "__initialApiVersion", "apiVersion", "data", "kind", "metadata"]],
  [60_000, ["__fieldManager", "__initialApiVersion", "apiVersion", "kind", "metadata"]],
])("of %i bytes of data the state keeps what has room", (size, keys) => {
  const properties = detailOf("x".repeat(size)).getProperties()?.toJavaScript() ?? {};
  expect(Object.keys(properties).toSorted()).toEqual(keys);
});
