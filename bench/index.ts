import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { run } from "../cli/common.ts";
import { progressPrinter } from "../toolchain/progress.ts";
import { resolveTools } from "../toolchain/resolve.ts";
import { toolNames, tools, groups } from "../toolchain/tools.ts";
import type { Bench } from "./bench.ts";
import { objects } from "./objects.ts";
import { parseCommand, type BenchName } from "./options.ts";
import { program } from "./program.ts";
import { rehearsal } from "./rehearsal.ts";
import { asMarkdown, asText } from "./report.ts";
import { resultOf, type ComparisonResult } from "./results.ts";
import { measureRounds } from "./rounds.ts";

const benches: Readonly<Record<BenchName, Bench>> = { rehearsal, objects, program };

/** What the figures belong to. */
const machine = () => ({
  date: new Date().toISOString().slice(0, 10),
  cores: availableParallelism(),
  processor: cpus()[0]?.model ?? "unknown",
  memoryGiB: Math.round(totalmem() / 1024 ** 3),
  load: loadavg()[0] ?? 0,
  node: process.versions.node,
  pulumi: groups[tools.pulumi.group].version,
  kubernetes: groups[tools["kube-apiserver"].group].version,
});

const machineLine = ({
  date,
  cores,
  processor,
  memoryGiB,
  load,
  node,
  pulumi,
  kubernetes,
}: ReturnType<typeof machine>) =>
  `${date}: ${cores} cores (${processor}), ${memoryGiB} GiB, load ${load.toFixed(1)} before the first run; Node ${node}, Pulumi ${pulumi}, Kubernetes ${kubernetes}.`;

await run(async () => {
  const command = parseCommand(process.argv.slice(2));
  await resolveTools(toolNames, { progress: progressPrinter(process.stderr) });
  const where = machine();
  const results: Partial<Record<BenchName, readonly ComparisonResult[]>> = {};
  for (const name of command.names) {
    const { steps, comparisons, close } = await benches[name](command);
    try {
      const samples = await measureRounds(steps, command.runs, (line) => process.stderr.write(`${line}\n`));
      results[name] = comparisons.map((comparison) => resultOf(comparison, samples));
    } finally {
      await close();
    }
  }
  const all = Object.values(results).flat();
  const formats = {
    json: () => JSON.stringify({ machine: where, runs: command.runs, results }, null, 2),
    markdown: () => `${machineLine(where)} Medians of ${command.runs}.\n\n${asMarkdown(all)}`,
    text: () => `${machineLine(where)} Medians of ${command.runs}.\n\n${asText(all)}`,
  };
  process.stdout.write(`${formats[command.format]()}\n`);
  return all.every(({ limits }) => limits.every(({ kept }) => kept)) ? 0 : 1;
});
