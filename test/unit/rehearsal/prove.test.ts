import { expect, test } from "vitest";
import type { Engine } from "../../../rehearsal/engine.ts";
import { Power } from "../../../rehearsal/power.ts";
import { bringUp } from "../../../rehearsal/prove.ts";
import { playedCluster } from "./played-cluster.ts";

test("an engine that cannot even be started ends the wait for it", async () => {
  const { client } = await playedCluster();
  const stop = () => Promise.resolve();
  const stage = {
    controlPlane: {
      folder: "",
      kubeconfigFor: () => "",
      kubeconfig: "",
      kubeconfigFile: "",
      client,
      processes: [],
      stop,
    },
    power: new Power(),
    providers: { openAccounts: () => undefined },
    processes: () => [],
    watched: () => [],
    stop,
  };
  const engine: Engine = {
    pulumi: () => Promise.reject(new Error("spawn EAGAIN")),
    upArguments: ["up"],
    secrets: {},
    byHand: { folder: "", env: {} },
  };
  await expect(bringUp(stage, engine, 60, () => undefined)).rejects.toThrow("spawn EAGAIN");
});
