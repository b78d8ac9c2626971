import { expect, onTestFinished, test, vi } from "vitest";
import { Witness } from "../../../../rehearsal/drills/witness.ts";
import type { KubeObject } from "../../../../rehearsal/kube/client.ts";
import { followedApiServer } from "./followed-api-server.ts";

const pods = "/api/v1/pods";
const nodes = "/api/v1/nodes";
const pod = (changes: Partial<KubeObject["metadata"]>, spec: object, ...conditions: readonly object[]): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { uid: "1", name: "a-1", namespace: "models", labels: { "polymath.dev/specialist": "a" }, ...changes },
  spec: { ...spec },
  status: { conditions },
});
const node = (status: string): KubeObject => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { uid: "n", name: "n-0" },
  status: { conditions: [{ type: "Ready", status }] },
});

async function witnessed() {
  const { client, tell } = await followedApiServer();
  const witness = new Witness(client);
  onTestFinished(() => witness.stop());
  return { witness, tell };
}

test("takes down the life of a pod", async () => {
  const { witness, tell } = await witnessed();
  const life = () => witness.pods.map(({ seenAt: _seen, ...one }) => one);
  await tell(pods, "ADDED", pod({}, {}, { type: "PodScheduled", status: "False", message: "0/2 nodes" }));
  await vi.waitFor(() => expect(life()).toEqual([{ name: "a-1", owner: "a", unscheduled: "0/2 nodes" }]));
  await tell(pods, "MODIFIED", pod({}, { nodeName: "n-0" }, { type: "Ready", status: "False", message: "starting" }));
  await vi.waitFor(() => expect(life()).toEqual([{ name: "a-1", owner: "a", node: "n-0", unready: "starting" }]));
  await tell(pods, "MODIFIED", pod({}, { nodeName: "n-0" }, { type: "Ready", status: "True" }));
  await vi.waitFor(() =>
    expect(life()).toEqual([{ name: "a-1", owner: "a", node: "n-0", readyAt: expect.any(Number) }]),
  );
  const before = witness.changes;
  await tell(pods, "MODIFIED", pod({ deletionTimestamp: "2026-11-23T00:00:00Z" }, { nodeName: "n-0" }));
  await vi.waitFor(() =>
    expect(life()).toEqual([{ name: "a-1", owner: "a", node: "n-0", deletedAt: expect.any(Number) }]),
  );
  expect(witness.changes).toBe(before + 1);
});

test("a pod that is gone without a farewell has ended too", async () => {
  const { witness, tell } = await witnessed();
  await tell(pods, "ADDED", pod({ labels: { "polymath.dev/component": "router" } }, { nodeName: "n-0" }));
  await tell(pods, "DELETED", pod({}, { nodeName: "n-0" }));
  await vi.waitFor(() => expect(witness.pods[0]).toMatchObject({ owner: "router", deletedAt: expect.any(Number) }));
});

test("takes down when a node was first seen to be lost, and counts that it is back", async () => {
  const { witness, tell } = await witnessed();
  await tell(nodes, "ADDED", node("True"));
  await tell(nodes, "MODIFIED", node("Unknown"));
  await vi.waitFor(() => expect([...witness.noticed.keys()]).toEqual(["n-0"]));
  expect(witness.changes).toBe(1);
  const first = witness.noticed.get("n-0");
  await tell(nodes, "MODIFIED", node("True"));
  await vi.waitFor(() => expect(witness.changes).toBe(2));
  await tell(nodes, "MODIFIED", node("Unknown"));
  await vi.waitFor(() => expect(witness.changes).toBe(3));
  expect(witness.noticed.get("n-0")).toBe(first);
});
