/**
 * What any `pulumi-resource-kubernetes` must do, the stand-in and the official one alike. The executable is POLYMATH_KUBERNETES_PLUGIN's;
 * by default the stand-in. Asserted are objects, exit codes, the state, the engine's own summary, and reasons in Kubernetes' own words; what
 * the stand-in alone says is in ../stand-in. One file for all themes, since they share one cluster.
 */
import "./lifecycle.ts";
import "./replace.ts";
import "./conflict.ts";
import "./drift.ts";
import "./options.ts";
import "./secrets.ts";
import "./preview-unknowns.ts";
import "./naming.ts";
import "./patch.ts";
import "./lists.ts";
import "./custom-resources.ts";
import "./deletion.ts";
import "./waits.ts";
import "./failing-roll-outs.ts";
import "./state-interchange.ts";
import "./scale.ts";
import "./api-server-away.ts";
