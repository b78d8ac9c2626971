import { parseArgs } from "node:util";
import { UserError } from "../cli/common.ts";
import { suggest } from "../config/nearest.ts";

export const benchNames = ["rehearsal", "objects", "program"] as const;
export type BenchName = (typeof benchNames)[number];

const usage = `Usage: npm run bench -- [NAME...] [--runs N] [--sizes N,N,...] [--json | --markdown]
  NAME         rehearsal, objects, program (default: all of them)
  --runs       rounds that are measured, after one that is not counted (default 5)
  --sizes      numbers of Kubernetes objects for "objects" (default 20,100,500)
  --json       every figure, for machines
  --markdown   tables for docs/performance.md`;

export interface BenchCommand {
  readonly names: readonly BenchName[];
  readonly runs: number;
  readonly sizes: readonly number[];
  readonly format: "text" | "json" | "markdown";
}

function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new UserError(`--${option} takes whole numbers above 0; given: "${text}".\n${usage}`);
}

function benchName(text: string): BenchName {
  const found = benchNames.find((name) => name === text);
  if (found === undefined) throw new UserError(`There is no bench "${text}"; ${suggest(text, benchNames)}\n${usage}`);
  return found;
}

/** Reads the command line. @throws UserError with the usage. */
export function parseCommand(argv: readonly string[]): BenchCommand {
  const { values, positionals } = parse(argv);
  if (values.json && values.markdown) throw new UserError(`One of --json and --markdown; given: both.\n${usage}`);
  const names = positionals.map(benchName);
  return {
    // In one order whatever was asked first, so that two runs can be laid side by side.
    names: benchNames.filter((name) => names.length === 0 || names.includes(name)),
    runs: wholeNumber("runs", values.runs),
    sizes: values.sizes.split(",").map((size) => wholeNumber("sizes", size)),
    format: values.json ? "json" : values.markdown ? "markdown" : "text",
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        runs: { type: "string", default: "5" },
        sizes: { type: "string", default: "20,100,500" },
        json: { type: "boolean", default: false },
        markdown: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new UserError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}
