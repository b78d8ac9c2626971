import { expect, test } from "vitest";
import { estimateOf, startupSecondsOf } from "../../../rehearsal/start-estimate.ts";
import { containersOf } from "../../../rehearsal/kube/views.ts";
import { apiServerWith, podOf } from "./objects.ts";

const annotations = { "polymath.dev/startup-seconds": "257", "polymath.dev/image-pull-seconds": "300" };
const path = "/apis/apps/v1/namespaces/law/replicasets/saul-1";
const server = (objects: Parameters<typeof apiServerWith>[0]) => ({
  ...apiServerWith(objects),
  pathOf: (apiVersion: string, kind: string, namespace?: string, name?: string) =>
    Promise.resolve(`/apis/${apiVersion}/namespaces/${namespace}/${kind.toLowerCase()}s/${name}`),
});

function controlled() {
  const pod = podOf("saul");
  const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "saul-1", uid: "1", controller: true };
  return { ...pod, metadata: { ...pod.metadata, ownerReferences: [owner] } };
}

test("a pod's controller says what is expected of its start", async () => {
  expect(await estimateOf(controlled(), server({ [path]: { metadata: { annotations } } }))).toEqual({
    startupSeconds: 257,
    imagePullSeconds: 300,
  });
});

test("nothing is expected where the controller says nothing, nonsense, or is gone", async () => {
  const nothing = { startupSeconds: 0, imagePullSeconds: 0 };
  const nonsense = { "polymath.dev/startup-seconds": "soon", "polymath.dev/image-pull-seconds": "-1" };
  expect(await estimateOf(controlled(), server({ [path]: { metadata: {} } }))).toEqual(nothing);
  expect(await estimateOf(controlled(), server({ [path]: { metadata: { annotations: nonsense } } }))).toEqual(nothing);
  expect(await estimateOf(controlled(), server({}))).toEqual(nothing);
});

test("a pod that nothing controls says so itself", async () => {
  const pod = podOf("alone");
  const mine = { ...pod, metadata: { ...pod.metadata, annotations } };
  expect(await estimateOf(mine, server({}))).toEqual({ startupSeconds: 257, imagePullSeconds: 300 });
});

test("a slow start takes three times what its probe waits, where there is one", () => {
  const startupProbe = { httpGet: { port: 8000 }, periodSeconds: 10, failureThreshold: 120 };
  const withProbe = (probe: unknown) => {
    const pod = podOf("saul", { containers: [{ name: "server", image: "example.com/server:1", startupProbe: probe }] });
    return { ...pod, metadata: { ...pod.metadata, labels: { "polymath.dev/specialist": "saul" } } };
  };
  const seconds = (probe: unknown, slow: readonly string[]) => {
    const pod = withProbe(probe);
    const [container] = containersOf(pod);
    if (!container) throw new Error("no container");
    return startupSecondsOf(pod, container, { startupSeconds: 257, imagePullSeconds: 0 }, new Set(slow));
  };
  expect([seconds(startupProbe, ["saul"]), seconds(startupProbe, ["other"]), seconds(undefined, ["saul"])]).toEqual([
    3_600, 257, 257,
  ]);
});
