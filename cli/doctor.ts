import { parseArgs } from "node:util";
import { diagnose, printable } from "../toolchain/doctor.ts";
import { reasonOf } from "../toolchain/error.ts";
import { run } from "./common.ts";

const usage = `npm run doctor [-- --json]

Shows each tool that a rehearsal needs: where it is, which version, and the command that mends what is missing.
Exit code: 0 if a rehearsal can run (tools that have yet to be made included), 1 if not, 2 for a wrong option.
`;

/** The options, or undefined after a mistake, which was told. */
function options(): { json: boolean; help: boolean } | undefined {
  try {
    const { values } = parseArgs({ options: { json: { type: "boolean" }, help: { type: "boolean", short: "h" } } });
    return { json: values.json ?? false, help: values.help ?? false };
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n\n${usage}`);
    return undefined;
  }
}

const given = options();
if (given === undefined) {
  process.exitCode = 2;
} else if (given.help) {
  process.stdout.write(usage);
} else {
  await run(async () => {
    const diagnosis = await diagnose();
    process.stdout.write(given.json ? `${JSON.stringify(diagnosis, undefined, 2)}\n` : printable(diagnosis));
    return diagnosis.ready ? 0 : 1;
  });
}
