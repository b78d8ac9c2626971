import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules/index.ts";

// The engine starts this file through ./run. Making the pack is what serves it, so nothing keeps it.
// oxlint-disable-next-line no-new
new PolicyPack("polymath-policy", { enforcementLevel: "mandatory", policies: [...rules] });
