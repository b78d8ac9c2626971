import { existsSync } from "node:fs";
import { join } from "node:path";

export type ToolName =
  | "pulumi"
  | "pulumi-language-nodejs"
  | "kube-apiserver"
  | "kube-controller-manager"
  | "kube-scheduler"
  | "etcd"
  | "kwok"
  | "kwokctl";

/** Where a tool for the engine tests lies. @throws Error when POLYMATH_TEST_TOOLS is unset or lacks the tool. */
export function toolPath(name: ToolName): string {
  const folder = process.env["POLYMATH_TEST_TOOLS"];
  if (folder === undefined || folder === "") {
    throw new Error(
      "Set POLYMATH_TEST_TOOLS to the folder that holds the engine tests' tools (pulumi, etcd, kube-apiserver, ...).",
    );
  }
  const path = join(folder, name);
  if (!existsSync(path)) throw new Error(`POLYMATH_TEST_TOOLS is ${folder}, where there is no ${name}.`);
  return path;
}
