import { expect, test } from "vitest";
import type { ContainerStatus } from "../../../rehearsal/container-status.ts";
import { dated, podStatus, shapeOf } from "../../../rehearsal/pod-status.ts";
import { podOf } from "./objects.ts";

const status: ContainerStatus = {
  name: "server",
  image: "example.com/server:1",
  imageID: "example.com/server:1",
  ready: true,
  started: true,
  restartCount: 0,
  state: { running: { startedAt: "2026-11-23T00:00:00Z" } },
  lastState: {},
};
const container = (why?: string) => ({
  why,
  isReady: why === undefined,
  hasRun: true,
  status: () => ({ ...status, ready: why === undefined }),
});

test("a pod whose containers are all ready is ready, under its address", () => {
  expect(podStatus(podOf("a"), [container(), container()], "10.64.1.7", undefined)).toEqual({
    phase: "Running",
    conditions: [
      { type: "PodReadyToStartContainers", status: "True" },
      { type: "Initialized", status: "True" },
      { type: "ContainersReady", status: "True" },
      { type: "Ready", status: "True" },
    ],
    containerStatuses: [status, status],
    podIP: "10.64.1.7",
    podIPs: [{ ip: "10.64.1.7" }],
  });
});

test("one container that is not ready keeps its pod from being so, and says why", () => {
  const { conditions } = podStatus(podOf("a"), [container(), container("it is starting")], "10.64.1.7", undefined);
  expect(conditions.slice(2)).toEqual(
    ["ContainersReady", "Ready"].map((type) => ({
      type,
      status: "False",
      reason: "ContainersNotReady",
      message: "it is starting",
    })),
  );
});

test("a pod that lacks a volume is being created, without an address", () => {
  const found = podStatus(podOf("a"), [], undefined, "no volume");
  expect(found).toEqual({
    phase: "Pending",
    conditions: [
      { type: "PodReadyToStartContainers", status: "False" },
      { type: "Initialized", status: "True" },
      { type: "ContainersReady", status: "False", reason: "ContainersNotReady", message: "no volume" },
      { type: "Ready", status: "False", reason: "ContainersNotReady", message: "no volume" },
    ],
    containerStatuses: [
      {
        name: "server",
        image: "example.com/server:1",
        imageID: "",
        ready: false,
        started: false,
        restartCount: 0,
        state: { waiting: { reason: "ContainerCreating", message: "no volume" } },
        lastState: {},
      },
    ],
  });
});

test("a message that only moves on is no news, another state is", () => {
  const of = (why?: string) => shapeOf(podStatus(podOf("a"), [container(why)], "10.64.1.7", undefined));
  expect(of("it is starting: 10 %")).toBe(of("it is starting: 20 %"));
  expect(of("it is starting: 10 %")).not.toBe(of());
});

test("a condition that is met takes the reason of before away", () => {
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(dated(podStatus(podOf("a"), [container()], "10.64.1.7", undefined), podOf("a"))["conditions"]).toContainEqual({
    type: "Ready",
    status: "True",
    reason: null,
    message: null,
    lastTransitionTime: time,
  });
});

test("a condition that stays as it is keeps its time, and a pod the time of its start", () => {
  const before = "2026-01-01T00:00:00Z";
  const conditions = ["Initialized", "Ready"].map((type) => ({ type, status: "True", lastTransitionTime: before }));
  const pod = { ...podOf("a"), status: { startTime: before, conditions } };
  const told = dated(podStatus(pod, [container("it is starting")], "10.64.1.7", undefined), pod);
  expect(told["startTime"]).toBe(before);
  expect(told["conditions"]).toContainEqual(
    expect.objectContaining({ type: "Initialized", status: "True", lastTransitionTime: before }),
  );
  expect(told["conditions"]).toContainEqual(
    expect.objectContaining({ type: "Ready", status: "False", lastTransitionTime: expect.not.stringMatching(before) }),
  );
});
