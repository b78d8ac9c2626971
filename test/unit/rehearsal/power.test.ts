import { expect, test } from "vitest";
import { Power } from "../../../rehearsal/power.ts";

test("listeners hear of each node that is switched, once, and after the switch", () => {
  const power = new Power();
  const heard: string[] = [];
  const forget = power.onChange((node) => heard.push(`${node} ${power.isOff(node) ? "off" : "on"}`));
  expect(power.isOff("a")).toBe(false);
  power.on("a");
  power.off("a");
  power.off("a");
  power.off("b");
  power.on("a");
  forget();
  power.off("a");
  expect(heard).toEqual(["a off", "b off", "a on"]);
  expect([power.isOff("a"), power.isOff("b")]).toEqual([true, true]);
});

test("a listener may end itself while it is told", () => {
  const power = new Power();
  const heard: string[] = [];
  const forget = power.onChange(() => {
    heard.push("first");
    forget();
  });
  power.onChange(() => heard.push("second"));
  power.off("a");
  power.on("a");
  expect(heard).toEqual(["first", "second", "second"]);
});

test("whoever switches a node off says for how long nobody notices at least: a second, where nothing is said", () => {
  const power = new Power();
  expect(power.leastGraceMs("a")).toBe(0);
  power.off("a");
  power.off("b", 15_000);
  expect([power.leastGraceMs("a"), power.leastGraceMs("b")]).toEqual([1_000, 15_000]);
  power.on("b");
  expect(power.leastGraceMs("b")).toBe(0);
});
