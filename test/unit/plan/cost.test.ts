import { expect, test } from "vitest";
import { costOf } from "../../../plan/cost.ts";
import type { PoolPlan } from "../../../plan/types.ts";
import { environmentOf, lockOf } from "./support.ts";

const pool = (nodes: number, gpusPerNode: number, usdPerHour: number): PoolPlan => ({
  name: "p",
  accelerator: "L4",
  instanceType: "t",
  nodes,
  gpusPerNode,
  gpusPerReplica: 1,
  usdPerHour,
});
const leftOut = [
  "control plane and nodes without GPUs",
  "volumes and snapshots",
  "load balancer and network traffic",
  "licences and support (NVIDIA AI Enterprise among them)",
  "taxes and discounts",
];

test("the sum of all nodes, for 730 hours, with where and when the prices were read", () => {
  const lock = lockOf(environmentOf({ bundles: ["law"] }));
  expect(costOf([pool(3, 1, 2.4144), pool(2, 8, 110.08)], lock)).toEqual({
    usdPerHour: 112.4944,
    usdPerMonth: 82_120.91,
    gpus: 19,
    priceDate: "2026-07-20",
    region: "us-east-1",
    leftOut,
  });
});

test("nothing costs nothing", () => {
  expect(costOf([], undefined)).toEqual({
    usdPerHour: 0,
    usdPerMonth: 0,
    gpus: 0,
    priceDate: "",
    region: "",
    leftOut,
  });
});
