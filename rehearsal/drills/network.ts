import { execFileSync } from "node:child_process";
import { systemTool } from "../../toolchain/path.ts";
import { RehearsalError } from "../error.ts";
import type { KubeObject } from "../kube/client.ts";
import { textField } from "../kube/fields.ts";

/**
 * Cuts the pods of nodes off the rehearsal's network, or joins them again. All of its addresses are local; a route that is not local
 * swallows every packet without an answer, as a dead machine does, where a mere end of the servers would refuse connections.
 */
export async function connectNodes(nodes: readonly KubeObject[], connected: boolean): Promise<void> {
  const ip = await systemTool("ip", process.env);
  if (ip === undefined) throw new RehearsalError('A drill needs the command "ip" (iproute2).');
  for (const node of nodes) {
    const range = textField(node, "spec", "podCIDR");
    if (range === undefined) continue;
    execFileSync(ip, ["route", connected ? "del" : "add", "unicast", range, "dev", "lo", "table", "local"]);
  }
}
