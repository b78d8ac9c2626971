import { createServer, type Server } from "node:http";
import { once } from "node:events";
import { z } from "zod";
import { describe, expect, onTestFinished, test } from "vitest";
import { ContainerLife, type ContainerSetting } from "../../../rehearsal/container-life.ts";
import type { ImageRole } from "../../../rehearsal/roles.ts";
import { podOf } from "./objects.ts";

/** A container's program whose health can be chosen: a real server on a port of its own. */
async function program() {
  const told: string[] = [];
  const health = { "/ready": 200, "/live": 200 } as Record<string, number>;
  let server: Server | undefined;
  // A port that is free, for a server that comes and goes.
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const port = z.object({ port: z.number() }).parse(probe.address()).port;
  probe.close();
  await once(probe, "close");
  const stop = async () => {
    if (server?.listening !== true) return;
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  onTestFinished(stop);
  const role: ImageRole = {
    isPrivate: false,
    start: () => {
      told.push("start");
      return Promise.resolve({
        load: async () => {
          told.push("load");
          server = createServer((request, response) => {
            response.writeHead(health[request.url ?? ""] ?? 404).end();
          }).listen(port, "127.0.0.1");
          await once(server, "listening");
        },
        stop: async () => {
          told.push("stop");
          await stop();
        },
      });
    },
  };
  return { told, health, role, port };
}

const probeOf = (path: string, failureThreshold: number) => ({
  httpGet: { path, port: "http" },
  initialDelaySeconds: 0,
  periodSeconds: 10,
  failureThreshold,
});

let clockMs = 0;

type Played = Awaited<ReturnType<typeof program>>;

/** A container that has 1,200 s to start, in steps of 100 s: a real tenth of a second each. */
const lifeOf = ({ role, port }: Played, changes: Partial<ContainerSetting> = {}): ContainerLife =>
  new ContainerLife({
    pod: () => podOf("a"),
    index: 0,
    container: {
      name: "server",
      image: "example.com/server:1",
      args: [],
      env: [],
      ports: [{ name: "http", containerPort: port }],
      startupProbe: probeOf("/ready", 120),
      readinessProbe: probeOf("/ready", 3),
      livenessProbe: probeOf("/live", 6),
    },
    role,
    address: "127.0.0.1",
    pullSeconds: 0,
    startupSeconds: 450,
    timeScale: 0.001,
    now: () => clockMs,
    needs: { missingVariable: () => Promise.resolve(undefined), hasPullSecret: () => Promise.resolve(true) },
    ...changes,
  });

async function steps(life: ContainerLife, count: number): Promise<void> {
  for (let step = 0; step < count; step += 1) await life.step();
}

/** Steps until something holds; the test's own time limit ends what never comes. */
async function until(life: ContainerLife, holds: () => boolean): Promise<void> {
  while (!holds()) {
    clockMs += 100;
    await life.step();
  }
}

describe("a start", () => {
  test("takes as long as the pod says, and not one step less", async () => {
    const played = await program();
    const life = lifeOf(played);
    expect(life.why).toBe("container server is being created");
    expect([life.hasRun, life.status().state]).toEqual([false, { waiting: { reason: "ContainerCreating" } }]);
    // The first step starts it; four more are 400 s.
    await steps(life, 5);
    expect(played.told).toEqual(["start"]);
    expect(life.status()).toMatchObject({ ready: false, started: false, restartCount: 0, lastState: {} });
    expect(life.why).toBe("it is starting: 400 of about 450 s");
    expect(life.fault).toBeUndefined();
    await steps(life, 1);
    expect(played.told).toEqual(["start", "load"]);
    expect(life.status()).toMatchObject({ ready: true, started: true, restartCount: 0 });
    expect(life.why).toBeUndefined();
  });

  test("takes no less time where a neighbour in the pod asks for shorter steps", async () => {
    const played = await program();
    const life = lifeOf(played);
    for (let step = 0; step < 45; step += 1) await life.step(10);
    expect(life.why).toBe("it is starting: 440 of about 450 s");
    await life.step(10);
    expect(life.isReady).toBe(true);
  });

  test("comes after the image is pulled", async () => {
    let isPulled = false;
    const played = await program();
    const life = lifeOf(played, { pullSeconds: 300, startupSeconds: 0, onPulled: () => (isPulled = true) });
    await steps(life, 2);
    expect(life.why).toBe("its image is being pulled: 200 of about 300 s");
    expect([played.told, life.hasRun, isPulled]).toEqual([[], false, false]);
    await steps(life, 1);
    expect([life.isReady, isPulled]).toEqual([true, true]);
  });

  test("that falls on the deadline of the start-up probe is still in time", async () => {
    const played = await program();
    const life = lifeOf(played, { startupSeconds: 1_200 });
    await steps(life, 13);
    expect([life.isReady, played.told]).toEqual([true, ["start", "load"]]);
  });

  test("that takes longer than the start-up probe waits is ended, and begun again after a while", async () => {
    const played = await program();
    const life = lifeOf(played, { startupSeconds: 1_201 });
    await steps(life, 12);
    expect(life.status().restartCount).toBe(0);
    await steps(life, 1);
    const why =
      "container server keeps being restarted: its startup probe failed for 1200 s; its start-up takes about 1201 s";
    expect([life.why, life.fault, life.isReady, life.hasRun]).toEqual([why, why, false, true]);
    expect(life.status()).toMatchObject({
      restartCount: 1,
      state: { waiting: { reason: "CrashLoopBackOff" } },
      lastState: { terminated: { exitCode: 137, reason: "Error" } },
    });
    expect(played.told).toEqual(["start", "stop"]);
    // A second of real time, in steps of a tenth.
    await steps(life, 9);
    expect(life.status().state).toHaveProperty("waiting");
    await steps(life, 1);
    expect(life.status().state).toHaveProperty("running");
    expect(life.why).toBe(why);
  });

  test("of a server that never answers fails its probe", async () => {
    const played = await program();
    played.health["/ready"] = 503;
    const life = lifeOf(played, { startupSeconds: 0 });
    await steps(life, 5);
    expect(life.why).toBe("its startup probe fails");
    await steps(life, 8);
    expect(life.why).toBe("container server keeps being restarted: its startup probe failed for 1200 s");
  });

  test("without probes is over when the process begins", async () => {
    const played = await program();
    const container = { name: "plugin", image: "example.com/plugin:1", args: [], env: [], ports: [] };
    const life = lifeOf(played, { container, startupSeconds: 0 });
    await steps(life, 1);
    expect(life.isReady).toBe(true);
  });
});

describe("what keeps a container from starting is said in kubelet's words", () => {
  const cases: readonly [string, Partial<ContainerSetting>, string, string][] = [
    [
      "an image that nobody knows",
      { role: undefined },
      "ErrImagePull",
      "a rehearsal knows no program for the image example.com/server:1",
    ],
    [
      "a private image without a pull secret",
      {
        role: { isPrivate: true, start: () => Promise.reject(new Error("not pulled")) },
        needs: { missingVariable: () => Promise.resolve(undefined), hasPullSecret: () => Promise.resolve(false) },
      },
      "ErrImagePull",
      "failed to pull the image example.com/server:1: its registry asks for a credential, and none of the pod's imagePullSecrets exists",
    ],
    [
      "a variable without its Secret",
      {
        needs: {
          missingVariable: () => Promise.resolve('secret "token" not found'),
          hasPullSecret: () => Promise.resolve(true),
        },
      },
      "CreateContainerConfigError",
      'secret "token" not found',
    ],
    [
      "a program that cannot be started",
      { role: { isPrivate: false, start: () => Promise.reject(new Error("its port is taken")) } },
      "RunContainerError",
      "its port is taken",
    ],
  ];

  test.each(cases)("%s", async (_what, changes, reason, message) => {
    const life = lifeOf(await program(), changes);
    await steps(life, 1);
    expect(life.status().state).toEqual({ waiting: { reason, message } });
    expect([life.why, life.fault, life.hasRun, life.isReady]).toEqual([message, message, false, false]);
  });

  test("and it starts when that is mended", async () => {
    let missing: string | undefined = 'secret "token" not found';
    const needs = { missingVariable: () => Promise.resolve(missing), hasPullSecret: () => Promise.resolve(true) };
    const life = lifeOf(await program(), { needs, startupSeconds: 0 });
    await steps(life, 1);
    missing = undefined;
    await until(life, () => life.isReady);
    expect(life.status().restartCount).toBe(0);
  });
});

describe("a container that serves", () => {
  test("stops being ready at the third miss in a row, and is ready again at the first success", async () => {
    const played = await program();
    const life = lifeOf(played, { startupSeconds: 0 });
    await until(life, () => life.isReady);
    played.health["/ready"] = 500;
    await until(life, () => !life.isReady);
    expect([life.why, life.status().started, life.status().restartCount]).toEqual([
      "its readiness probe fails",
      true,
      0,
    ]);
    played.health["/ready"] = 200;
    await until(life, () => life.isReady);
  });

  test("is restarted when its liveness probe has failed six times", async () => {
    const played = await program();
    const life = lifeOf(played, { startupSeconds: 0 });
    await until(life, () => life.isReady);
    played.health["/live"] = 500;
    await until(life, () => life.status().restartCount === 1);
    expect(life.why).toBe("container server keeps being restarted: its liveness probe failed 6 times");
    played.health["/live"] = 200;
    await until(life, () => life.isReady);
    expect(life.why).toBeUndefined();
    // What is over is not told again.
    played.health["/ready"] = 500;
    await until(life, () => !life.isReady);
    expect(life.why).toBe("its readiness probe fails");
  });

  test("is not asked whether it lives before the delay that its probe asks for", async () => {
    const played = await program();
    played.health["/live"] = 500;
    const container = {
      name: "server",
      image: "example.com/server:1",
      args: [],
      env: [],
      ports: [{ name: "http", containerPort: played.port }],
      livenessProbe: { ...probeOf("/live", 1), initialDelaySeconds: 400 },
    };
    const life = lifeOf(played, { container, startupSeconds: 0, timeScale: 0.01 });
    // Steps of 10 s.
    await steps(life, 40);
    expect(life.status().restartCount).toBe(0);
    await steps(life, 1);
    expect(life.status().restartCount).toBe(1);
  });

  test("starts anew when its node comes back", async () => {
    const played = await program();
    const life = lifeOf(played);
    await steps(life, 6);
    await life.stop();
    life.reboot();
    expect(life.status()).toMatchObject({
      ready: false,
      restartCount: 1,
      lastState: { terminated: { exitCode: 255, reason: "Unknown", message: "its node went away" } },
    });
    await steps(life, 5);
    expect([life.isReady, life.why]).toEqual([false, "it is starting: 400 of about 450 s"]);
    await steps(life, 1);
    expect(life.isReady).toBe(true);
  });
});
