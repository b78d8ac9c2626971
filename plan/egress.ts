import type { Model, Runtime } from "../catalogue/types/index.ts";
import type { EgressPlan } from "./types.ts";

/**
 * Addresses that a pod never reaches through a rule for the internet: instance metadata (link-local) and private networks. Other
 * cloud services are public addresses and stay reachable on port 443; a network policy knows no names.
 */
const notTheInternet = ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"] as const;

/** What a specialist's pods may open connections to, besides the cluster's DNS. */
export function egressOf(model: Model, runtime: Runtime): readonly EgressPlan[] {
  const reason = model.huggingFace === null ? runtime.fetches : `weights ${model.huggingFace} from Hugging Face`;
  return reason === null ? [] : [{ reason, cidr: "0.0.0.0/0", except: notTheInternet, port: 443 }];
}
