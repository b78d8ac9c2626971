import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { homeFolder } from "../../toolchain/cache.ts";

/** Version of the official plugin that the project's SDK speaks to. */
const officialPlugin = "4.34.2";

/** The official Kubernetes plugin where the user has installed that version, else null: the stand-in. */
export function findOfficialPlugin(): string | null {
  try {
    const home = process.env["PULUMI_HOME"] ?? join(homeFolder(process.env), ".pulumi");
    const path = join(home, "plugins", `resource-kubernetes-v${officialPlugin}`, "pulumi-resource-kubernetes");
    accessSync(path, constants.X_OK);
    return path;
  } catch {
    return null;
  }
}
