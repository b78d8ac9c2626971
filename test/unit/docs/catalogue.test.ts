import { expect, test } from "vitest";
import { parseOptions } from "../../../cli/catalogue/options.ts";
import { answer } from "../../../cli/catalogue/run.ts";
import { blocksOf } from "./worked-example.ts";

test("the commands of docs/catalogue.md do what it says, and find something", () => {
  const [block] = blocksOf("catalogue.md", "The command");
  const commands = (block?.code ?? "")
    .trimEnd()
    .split("\n")
    .map((line) =>
      parseOptions(
        line
          .replace(/^npm run catalogue(?: -- )?/, "")
          .split(" ")
          .filter(Boolean),
      ),
    );
  expect(commands.map(({ kind }) => kind)).toEqual(["list", "list", "show", "kept-out", "outdated"]);
  // The environment of the last one is the reader's own.
  for (const command of commands.slice(0, 4)) expect(answer(command).split("\n").length).toBeGreaterThan(3);
});
