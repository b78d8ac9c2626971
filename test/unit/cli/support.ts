import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect } from "vitest";

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of the kit on a folder of stack files. Whatever it prints, it is never a stack trace. */
export async function cli(
  command: "plan" | "check" | "lock" | "rehearse" | "catalogue" | "schema",
  stacks: string,
  ...args: string[]
): Promise<Outcome> {
  const file = join(import.meta.dirname, "../../../cli", `${command}.ts`);
  const env = { PATH: process.env["PATH"] ?? "", POLYMATH_STACKS: stacks };
  const outcome = await new Promise<Outcome>((resolve) => {
    execFile(process.execPath, [file, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
  expect(outcome.stdout + outcome.stderr).not.toMatch(/^ {4}at /m);
  return outcome;
}

/** A stack file without a fault, of one specialist, for any name. */
export const sound = `config:
  polymath:cluster: { kind: rehearsal }
  polymath:bundles: [{ name: law, only: [saul-7b-instruct] }]
  polymath:routing: { host: models.example.eu, auth: { apiKey: { clients: [demo] } } }
`;

/** It with a budget that it exceeds, and a waiver for that. */
export const waived = `${sound}  polymath:budget: { usdPerMonth: { ceiling: 100 } }
  polymath:waivers:
    - { rule: budget-exceeded, target: "*", reason: launch, expires: 9999-12-31, approvedBy: cfo }
`;
