import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { z } from "zod";

const project = join(import.meta.dirname, "../../..");

/** A piece of code of a page, and the file that the sentence before it names last. */
export interface Block {
  readonly language: string;
  readonly file: string | undefined;
  readonly code: string;
}

/** The code of one chapter of a page of `docs/`. @throws Error when the page has no such chapter. */
export function blocksOf(page: string, chapter: string): readonly Block[] {
  const text = readFileSync(join(project, "docs", page), "utf8");
  const part = text.split(/^## /m).find((one) => one.startsWith(`${chapter}\n`));
  if (part === undefined) throw new Error(`docs/${page} has no chapter "${chapter}".`);
  return [...part.matchAll(/([^\n]*)\n\n```(\w+)\n([\s\S]*?)```/g)].map(
    ([, sentence = "", language = "", code = ""]) => ({
      language,
      file: [...sentence.matchAll(/`([\w./-]+\/[\w.-]+\.\w+)`/g)].at(-1)?.[1],
      code,
    }),
  );
}

/** A copy of what the commands of the kit, and the tests of its catalogue, are made of. It goes when the test is over. */
export function copyOfTheKit(): string {
  const folder = mkdtempSync(join(tmpdir(), "polymath-docs-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const tests = ["test/support", "test/unit/catalogue", "vitest.config.ts"];
  for (const part of ["catalogue", "cli", "config", "plan", "package.json", "tsconfig.json", ...tests])
    cpSync(join(project, part), join(folder, part), { recursive: true });
  mkdirSync(join(folder, "stacks"));
  symlinkSync(join(project, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** Adds the lines of a diff that begin with + after the line before them, which has to be there once. */
function applyDiff(folder: string, file: string, diff: string): void {
  const path = join(folder, file);
  const [context = "", ...added] = diff.trimEnd().split("\n");
  const before = context.slice(1);
  const parts = readFileSync(path, "utf8").split(`${before}\n`);
  if (parts.length !== 2) throw new Error(`${file} has the line "${before}" ${parts.length - 1} times, not once.`);
  if (added.some((line) => !line.startsWith("+"))) throw new Error(`A line to add to ${file} does not begin with +.`);
  writeFileSync(path, parts.join(`${before}\n${added.map((line) => `${line.slice(1)}\n`).join("")}`));
}

export interface Outcome {
  readonly command: string;
  readonly code: number;
  readonly output: string;
}

/** Runs a file of Node's inside a copy of the kit. */
export const node = (folder: string, command: string, ...args: readonly string[]): Promise<Outcome> =>
  new Promise((resolve) => {
    const env = { PATH: process.env["PATH"] ?? "" };
    execFile(process.execPath, [...args], { cwd: folder, env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ command, code, output: stdout + stderr });
    });
  });

const scriptsSchema = z.object({ scripts: z.record(z.string(), z.string()) });

/** Runs `npm run NAME -- ARGUMENTS` as npm would, with the script that package.json gives the name. */
async function npmRun(folder: string, command: string): Promise<Outcome> {
  const [, name = "", args = ""] = /^npm run ([\w-]+)(?: -- (.+))?$/.exec(command) ?? [];
  const { scripts } = scriptsSchema.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
  const [program, file = ""] = scripts[name]?.split(" ") ?? [];
  if (program !== "node") throw new Error(`The page says "${command}", which is no command of the kit.`);
  return node(folder, command, file, ...args.split(" ").filter((one) => one !== ""));
}

/** Does what a page says, in its order: writes files, adds lines, runs commands. Returns what the commands said. */
export async function follow(folder: string, blocks: readonly Block[]): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { language, file, code } of blocks) {
    if (language === "sh") {
      for (const command of code.trimEnd().split("\n")) outcomes.push(await npmRun(folder, command));
    } else if (file === undefined) {
      throw new Error(`The sentence before a piece of ${language} names no file.`);
    } else if (language === "diff") {
      applyDiff(folder, file, code);
    } else {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), code);
    }
  }
  return outcomes;
}
