import { expect, test } from "vitest";
import { Attachments } from "../../../rehearsal/attachments.ts";
import type { KubeObject } from "../../../rehearsal/kube/client.ts";
import { apiServerWith, podOf } from "./objects.ts";

const spec = { volumes: [{ name: "weights", persistentVolumeClaim: { claimName: "weights" } }] };
const clusterWith = (driver: string, accessModes: readonly string[]) =>
  new Attachments(
    apiServerWith({
      "/api/v1/namespaces/law/persistentvolumeclaims/weights": { spec: { volumeName: "pvc-1" } },
      "/api/v1/persistentvolumes/pvc-1": { spec: { csi: { driver }, accessModes } },
    }),
  );
const pod = (name: string, node: string): KubeObject => podOf(name, spec, node);

test("a block volume is attached to one node at a time, until the last pod there is gone", async () => {
  const attachments = clusterWith("ebs.csi.aws.com", ["ReadWriteOnce"]);
  expect(await attachments.attach(pod("a", "l4-0"))).toBeUndefined();
  expect(await attachments.attach(pod("b", "l4-0"))).toBeUndefined();
  const refusal = (users: string) => ({
    reason: "FailedAttachVolume",
    message: `Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) ${users}`,
  });
  expect(await attachments.attach(pod("c", "l4-1"))).toEqual(refusal("law/a, law/b"));
  attachments.release("uid-a");
  expect(await attachments.attach(pod("c", "l4-1"))).toEqual(refusal("law/b"));
  attachments.release("uid-b");
  expect(await attachments.attach(pod("c", "l4-1"))).toBeUndefined();
});

test("files are attached to every node that asks", async () => {
  const attachments = clusterWith("efs.csi.aws.com", ["ReadWriteOnce"]);
  expect(await attachments.attach(pod("a", "l4-0"))).toBeUndefined();
  expect(await attachments.attach(pod("b", "l4-1"))).toBeUndefined();
});

test("a claim has to be there, and to have a volume", async () => {
  expect(await new Attachments(apiServerWith({})).attach(pod("a", "l4-0"))).toEqual({
    reason: "FailedMount",
    message: 'persistentvolumeclaim "weights" not found',
  });
  const unbound = apiServerWith({ "/api/v1/namespaces/law/persistentvolumeclaims/weights": { spec: {} } });
  expect(await new Attachments(unbound).attach(pod("a", "l4-0"))).toEqual({
    reason: "FailedMount",
    message: 'persistentvolumeclaim "weights" has no volume yet',
  });
  expect(await new Attachments(apiServerWith({})).attach(podOf("b"))).toBeUndefined();
});
