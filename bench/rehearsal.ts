import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Bench } from "./bench.ts";
import { kit, measured } from "./engine.ts";
import type { Moments } from "./measure.ts";

const step = `rehearse -- ${measured} --once`;

/** A rehearsal from its command to its end. Its moments are the lines that it says, at the time they came. */
function rehearse(): Promise<Moments> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const moments: Record<string, number> = {};
    const child = spawn(process.execPath, [join(kit, "cli", "rehearse.ts"), measured, "--once"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on("line", (line) => {
        output += `${line}\n`;
        const said = /^\[ *\d+ s\] (.*)$/.exec(line)?.[1];
        if (said !== undefined) moments[said] ??= (performance.now() - begun) / 1000;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(moments);
      else reject(new Error(`The rehearsal ended with exit code ${code}:\n${output.trim()}`));
    });
  });
}

/** A whole rehearsal with a warm cache: namespaces, control plane, update, traffic, second preview, refresh, destroy. */
export const rehearsal: Bench = () =>
  Promise.resolve({
    steps: [{ name: step, run: rehearse }],
    comparisons: [
      {
        title: `npm run ${step}`,
        rows: [{ label: "the whole run", step }],
        baselines: [],
        limits: [
          { row: "the whole run", metric: "seconds", most: 60 },
          { row: "the whole run", metric: "peakMiB", most: 2048 },
        ],
      },
    ],
    close: () => Promise.resolve(),
  });
