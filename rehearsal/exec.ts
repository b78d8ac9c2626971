import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "./engine.ts";
import type { Job } from "./job.ts";

/** Where commands find what is theirs in a run's folder. */
export const execPaths = (folder: string) => ({
  bin: join(folder, "exec", "bin"),
  home: join(folder, "exec", "home"),
  kubeconfig: join(folder, "control-plane", "kubeconfig"),
});

/** A text as one word of a shell. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * Makes ready what commands inside a running rehearsal find on their PATH: kubectl, and the run's own pulumi. Backend, passphrase and
 * the token of the stand-in plugin go to pulumi alone, and nothing of the user's does.
 */
export function prepareExec(
  { folder, tools, environment }: Pick<Job, "folder" | "tools" | "environment">,
  { byHand }: Pick<Engine, "byHand">,
): void {
  const { bin, home } = execPaths(folder);
  for (const path of [bin, home]) mkdirSync(path, { recursive: true });
  symlinkSync(tools.kubectl, join(bin, "kubectl"));
  // From a file: everybody on the machine can read the arguments of a command.
  const environmentFile = join(folder, "exec", "pulumi.env");
  const variables = Object.entries(byHand.env).map(([name, value]) => `export ${name}=${shellWord(value)}\n`);
  writeFileSync(environmentFile, variables.join(""), { mode: 0o600 });
  const command = `. "$0"; exec ${shellWord(tools.pulumi)} --cwd ${shellWord(byHand.folder)} "$@"`;
  writeFileSync(
    join(bin, "pulumi"),
    `#!/bin/sh\nexec env -i TERM="\${TERM-dumb}" /bin/sh -c ${shellWord(command)} ${shellWord(environmentFile)} "$@"\n`,
    { mode: 0o700 },
  );
  // A shell of the user's shows where it is; which of the files it reads is its own affair.
  for (const file of [".bashrc", ".zshrc"])
    writeFileSync(join(home, file), `PS1=${shellWord(promptOf(environment))}\n`);
}

/** Prompt of a shell inside the rehearsal of an environment. */
export const promptOf = (environment: string): string => `[rehearsal of ${environment}] $ `;
