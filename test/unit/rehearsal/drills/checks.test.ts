import { expect, test } from "vitest";
import { controllersAct, gpusOffered } from "../../../../rehearsal/drills/checks.ts";
import { fakeApiServer, found, inTurn, refused, type Asked } from "../kubernetes-plugin/fake-api-server.ts";

const missing = refused(404, "NotFound", "not found");
const object = (status: object = {}) => found({ apiVersion: "v1", kind: "Any", metadata: { name: "any" }, status });
const observed = object({ observedGeneration: 1 });
const looked = object({ conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable" }] });

test("controllers act again when they have looked at what is new, and nothing of it stays", async () => {
  const asked: Asked[] = [];
  const client = await fakeApiServer(
    inTurn({
      // At first the API server is still away.
      GET: [undefined, missing, object(), observed, missing, object(), looked],
      POST: [object()],
      DELETE: [object()],
    }),
    {},
    asked,
  );
  expect(await controllersAct(client, 20)).toEqual([
    { what: "The controller manager acts again", kept: true, why: "it looked at a new Deployment" },
    { what: "The scheduler acts again", kept: true, why: "it looked at a new pod" },
  ]);
  const deployments = "/apis/apps/v1/namespaces/default/deployments";
  const pods = "/api/v1/namespaces/default/pods";
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    `GET ${deployments}/polymath-drill`,
    `GET ${deployments}/polymath-drill`,
    `POST ${deployments}`,
    `GET ${deployments}/polymath-drill`,
    `GET ${deployments}/polymath-drill`,
    `DELETE ${deployments}/polymath-drill`,
    `GET ${pods}/polymath-drill`,
    `POST ${pods}`,
    `GET ${pods}/polymath-drill`,
    `GET ${pods}/polymath-drill`,
    `DELETE ${pods}/polymath-drill`,
  ]);
});

test("controllers that do not act are named", async () => {
  const client = await fakeApiServer(inTurn({ POST: [object()], GET: [object()], DELETE: [object()] }));
  expect(await controllersAct(client, 0.1)).toEqual([
    { what: "The controller manager acts again", kept: false, why: "not within 0.1 s" },
    { what: "The scheduler acts again", kept: false, why: "not within 0.1 s" },
  ]);
});

test("GPUs are offered when every node of a pool has some", async () => {
  const node = (name: string, pool: string | undefined, gpus: string) => ({
    metadata: { name, labels: pool === undefined ? {} : { "polymath.dev/pool": pool } },
    status: { allocatable: { "nvidia.com/gpu": gpus } },
  });
  const list = (gpus: string) =>
    found({ metadata: {}, items: [node("a-0", "a", "4"), node("a-1", "a", gpus), node("system-0", undefined, "0")] });
  const client = await fakeApiServer(inTurn({ GET: [list("0"), list("4")] }));
  expect(await gpusOffered(client, 20)).toEqual({ what: "GPUs are allocatable again", kept: true, why: "on 2 nodes" });
  const without = await fakeApiServer(inTurn({ GET: [list("0")] }));
  expect(await gpusOffered(without, 0.1)).toEqual({
    what: "GPUs are allocatable again",
    kept: false,
    why: "not within 0.1 s",
  });
});
