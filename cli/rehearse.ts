import { run } from "./common.ts";

await run(async () => {
  const argv = process.argv.slice(2);
  // Each loads only what it needs: a command inside a rehearsal has no use for catalogue and plan.
  if (argv[0] === "exec") return (await import("./rehearse/exec.ts")).exec(argv.slice(1));
  if (argv[0] === "logs" && argv.length === 1) {
    process.stdout.write((await import("./rehearse/logs.ts")).keptLogs());
    return 0;
  }
  const { parseOptions, usage } = await import("./rehearse-options.ts");
  const options = parseOptions(argv);
  if (options) return (await import("./rehearse/run.ts")).rehearse(options);
  process.stdout.write(`${usage}\n`);
  return 0;
});
