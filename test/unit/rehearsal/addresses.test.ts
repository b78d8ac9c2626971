import { expect, test } from "vitest";
import { Addresses } from "../../../rehearsal/addresses.ts";

test("pods of a node get one address each, and keep it", () => {
  const addresses = new Addresses();
  expect(addresses.give("a", "10.64.1.0/24")).toBe("10.64.1.1");
  expect(addresses.give("b", "10.64.1.0/24")).toBe("10.64.1.2");
  expect(addresses.give("a", "10.64.1.0/24")).toBe("10.64.1.1");
  expect(addresses.give("c", "10.64.2.0/24")).toBe("10.64.2.1");
});

test("an address that was given back rests until the others have had their turn", () => {
  const addresses = new Addresses();
  addresses.give("a", "10.64.1.0/24");
  addresses.release("a");
  expect(addresses.give("b", "10.64.1.0/24")).toBe("10.64.1.2");
  for (let host = 3; host <= 254; host += 1) addresses.give(`p${host}`, "10.64.1.0/24");
  expect(addresses.give("c", "10.64.1.0/24")).toBe("10.64.1.1");
  expect(addresses.give("d", "10.64.1.0/24")).toBeUndefined();
  expect(addresses.give("d", "10.64.2.0/24")).toBe("10.64.2.1");
});
