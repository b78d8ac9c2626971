import { resolveTools } from "../../toolchain/resolve.ts";
import type { ToolName } from "../../toolchain/tools.ts";

const asked = new Map<ToolName, Promise<string>>();

/**
 * Where a tool for the engine tests lies, by the same resolver that a rehearsal uses. `npm test` makes the tools before the tests run, so
 * none is built here in silence.
 */
export function toolPath(name: ToolName): Promise<string> {
  const found =
    asked.get(name) ?? resolveTools([name], { progress: () => undefined }).then((tools) => tools[name].path);
  asked.set(name, found);
  return found;
}
