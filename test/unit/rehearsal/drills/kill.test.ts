import { expect, test } from "vitest";
import { takenAway } from "../../../../rehearsal/drills/kill.ts";

/** A drill that writes down what is done, and fails where it is told to. */
function drill(failing: readonly string[] = []) {
  const done: string[] = [];
  const step = (name: string) => async () => {
    done.push(name);
    if (failing.includes(name)) throw new Error(`${name} failed`);
    return name;
  };
  return {
    done,
    strike: async () => void (await step("strike")()),
    putBack: async () => void (await step("put back")()),
    work: step("work"),
  };
}

test("what is away is put back once, after the work", async () => {
  const { done, work, ...kill } = drill();
  expect(await takenAway(kill, work)).toBe("work");
  expect(done).toEqual(["strike", "work", "put back"]);
});

test.each([
  [["strike"], ["strike", "put back"], "strike failed"],
  [["work"], ["strike", "work", "put back"], "work failed"],
  [["work", "put back"], ["strike", "work", "put back"], "work failed"],
  [["put back"], ["strike", "work", "put back"], "put back failed"],
])("where %j fails it is put back all the same, and the first failure is told", async (failing, order, message) => {
  const { done, work, ...kill } = drill(failing);
  await expect(takenAway(kill, work)).rejects.toThrow(message);
  expect(done).toEqual(order);
});
