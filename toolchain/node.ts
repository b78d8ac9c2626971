import { compareVersions } from "./path.ts";
import { ToolchainError } from "./error.ts";

/** The oldest Node that runs TypeScript without a flag; package.json's "engines" says the same. */
const oldestNode = "22.19.0";
/** The oldest Node 23 that runs all of it: its type stripping came with 23.6, the decompression that a dependency asks for with 23.8. */
const oldestNode23 = "23.8.0";

/**
 * Refuses a Node that is too old. An old Node that cannot read TypeScript at all fails earlier, with
 * ERR_UNKNOWN_FILE_EXTENSION; npm's scripts run the Node that package-lock.json pins.
 * @param version of the Node to check, with or without a leading v
 * @throws ToolchainError
 */
export function requireNode(version: string = process.version): void {
  const plain = version.replace(/^v/, "");
  if (compareVersions(plain, plain.startsWith("23.") ? oldestNode23 : oldestNode) >= 0) return;
  throw new ToolchainError(
    `Node ${plain} found; Polymath needs Node 22.19, 23.8 or later. Run it through "npm run ...", which takes the Node that "npm ci" installs, or install one of these: https://nodejs.org`,
  );
}
