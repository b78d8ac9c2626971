import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect } from "vitest";
import type { Cluster } from "../../../support/cluster.ts";
import { namedPlugin } from "../../../support/program.ts";
import { release, test, untilBegun } from "./stack.ts";

const awayMs = 10_000;

/** Ways for an API server to be away. Each ends when it answers again. */
const outages: Readonly<Record<string, (cluster: Cluster) => Promise<void>>> = {
  // Connections stay open, and nothing answers on them.
  frozen: async ({ apiServer, client }) => {
    apiServer.signal("SIGSTOP");
    await sleep(awayMs);
    apiServer.signal("SIGCONT");
    await client.request("GET", "/api/v1/namespaces/default");
  },
  // Connections are cut, and new ones refused.
  killed: async ({ apiServer, client }) => {
    await apiServer.kill();
    await sleep(awayMs);
    apiServer.restart();
    const answers = () =>
      client.find("/api/v1/namespaces/default").then(
        (namespace) => namespace !== undefined,
        () => false,
      );
    await expect.poll(answers, { timeout: 120_000 }).toBe(true);
  },
};

const links = 40;
const program = `
let before = [];
for (let i = 0; i < ${links}; i += 1) {
  before = [new k8s.core.v1.ConfigMap("link-" + i, { metadata: { name: "link-" + i, namespace } }, { dependsOn: before })];
}
new k8s.apps.v1.Deployment("web", workload("web", { labels: { "test/state": "held" } }));
new k8s.core.v1.ConfigMap("held", { metadata: { name: "held", namespace, finalizers: ["example.io/hold"] } });`;

describe("the API server is away for ten seconds", () => {
  test.for(Object.entries(outages))(
    "%s in the middle of an update and a wait, then of a destroy: nothing is lost, nothing is there twice",
    async ([how, goAway], { stack }) => {
      const count = async () =>
        (await stack.list("v1", "ConfigMap")).filter(({ metadata }) => metadata.name?.startsWith("link-")).length;
      /** Ends what a command began. */
      const settle = async (command: string, running: ReturnType<typeof stack.run>) => {
        const { code, output } = await running;
        // A plugin may give up where its connections are cut, if the same command again does the rest. The stand-in does not give up.
        if (code !== 0 && how === "killed" && namedPlugin("POLYMATH_KUBERNETES_PLUGIN") !== undefined)
          await stack.pulumi(command, "--refresh");
        else expect(code, output).toBe(0);
      };
      stack.write(program);
      const up = stack.run(["up"]);
      // Objects are being made, and the Deployment is being waited for.
      await untilBegun(stack, "web");
      await expect.poll(count, { timeout: 60_000 }).toBeGreaterThanOrEqual(5);
      await goAway(stack.cluster);
      await release(stack, "web");
      await settle("up", up);
      expect(await count()).toBe(links);
      expect(stack.state().pending_operations).toEqual([]);
      expect((await stack.pulumi("preview", "--expect-no-changes")).changes).toEqual({ unchanged: links + 3 });

      const destroy = stack.run(["destroy"]);
      const isHeld = async () =>
        (await stack.find("v1", "ConfigMap", "held"))?.metadata.deletionTimestamp !== undefined &&
        (await count()) < links;
      await expect.poll(isHeld, { timeout: 60_000 }).toBe(true);
      await goAway(stack.cluster);
      await stack.patchAs("someone", "v1", "ConfigMap", "held", { metadata: { finalizers: null } });
      await settle("destroy", destroy);
      expect(stack.state().resources).toEqual([]);
      expect((await stack.list("v1", "ConfigMap")).map(({ metadata }) => metadata.name)).toEqual(["kube-root-ca.crt"]);
      expect(await stack.list("apps/v1", "Deployment")).toEqual([]);
    },
  );
});
