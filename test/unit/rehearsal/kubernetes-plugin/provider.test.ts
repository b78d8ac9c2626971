import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import type { DiffRequest } from "@pulumi/pulumi/proto/provider_pb.js";
import structpb from "google-protobuf/google/protobuf/struct_pb.js";
import { expect, onTestFinished, test, vi } from "vitest";
import { encode } from "../../../../rehearsal/kubernetes-plugin/properties.ts";
import { configMap, fakeApiServer, found, inTurn, refused } from "./fake-api-server.ts";

const main = join(import.meta.dirname, "..", "..", "..", "..", "rehearsal", "kubernetes-plugin", "main.ts");

// A process takes its time to start on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** The plugin as the engine starts it, configured for an API server. */
async function configured(server: string) {
  const folder = mkdtempSync(join(tmpdir(), "plugin-"));
  writeFileSync(join(folder, "token"), "right");
  const plugin = spawn(process.execPath, [main, "127.0.0.1:1"], {
    env: { POLYMATH_REHEARSAL_TOKEN: "right", POLYMATH_REHEARSAL_TOKEN_FILE: join(folder, "token") },
    stdio: ["ignore", "pipe", "ignore"],
  });
  onTestFinished(async () => {
    plugin.kill("SIGKILL");
    await once(plugin, "exit");
    rmSync(folder, { recursive: true });
  });
  const [port] = await once(plugin.stdout, "data");
  const provider = new providerGrpc.ResourceProviderClient(
    `127.0.0.1:${String(port).trim()}`,
    grpc.credentials.createInsecure(),
  );
  onTestFinished(() => provider.close());
  const kubeconfig = JSON.stringify({
    clusters: [{ name: "c", cluster: { server, "insecure-skip-tls-verify": true } }],
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    users: [{ name: "u", user: {} }],
    "current-context": "c",
  });
  const request = new providerPb.ConfigureRequest().setArgs(structpb.Struct.fromJavaScript({ kubeconfig }));
  await new Promise<void>((resolve, reject) => {
    provider.configure(request, (error: unknown) => (error ? reject(error) : resolve()));
  });
  const diff = (asked: DiffRequest) =>
    new Promise<string>((resolve) => {
      provider.diff(asked, (error: grpc.ServiceError | null) => resolve(error?.details ?? "no error"));
    });
  return { diff };
}

test("what the API server refuses of a secret while it is asked for the difference is not repeated", async () => {
  const refusal = refused(422, "Invalid", 'ConfigMap "x" is invalid: data[a]: Invalid value: "new-clear-word"');
  const { server } = await fakeApiServer(inTurn({ GET: [found(configMap())], PATCH: [refusal] }));
  const { diff } = await configured(server);
  const request = new providerPb.DiffRequest().setUrn("urn:pulumi:s::p::kubernetes:core/v1:ConfigMap::x");
  request.setOlds(encode(configMap(), [])).setOldInputs(encode(configMap(), []));
  request.setNews(encode({ ...configMap(), data: { a: "new-clear-word" } }, [["data", "a"]]));
  expect(await diff(request)).toBe('ConfigMap "x" is invalid: data[a]: Invalid value: "[secret]"');
});
