import type { Licence, LicenceId } from "./types.ts";

const row = (
  id: LicenceId,
  title: string,
  commercialUse: Licence["commercialUse"],
  needsAcceptance: boolean,
  source: string,
): Licence => ({
  id,
  title,
  commercialUse,
  needsAcceptance,
  sources: [source],
  evidence: "vendor",
  read: "2026-11-23",
});

/** Terms under which weights and containers may be used. */
export const licences: Readonly<Record<LicenceId, Licence>> = {
  "apache-2.0": row("apache-2.0", "Apache License 2.0", "yes", false, "https://www.apache.org/licenses/LICENSE-2.0"),
  mit: row("mit", "MIT License", "yes", false, "https://opensource.org/license/mit"),
  "hai-def": row(
    "hai-def",
    "Health AI Developer Foundations Terms of Use",
    "conditional",
    true,
    "https://developers.google.com/health-ai-developer-foundations/terms",
  ),
  "llama-3.2-community": row(
    "llama-3.2-community",
    "Llama 3.2 Community License",
    "conditional",
    true,
    "https://www.llama.com/llama3_2/license/",
  ),
  "nvidia-ai-product-agreement": row(
    "nvidia-ai-product-agreement",
    "NVIDIA Software License Agreement and Product-Specific Terms for AI Products",
    "conditional",
    true,
    "https://www.nvidia.com/en-us/agreements/enterprise-software/product-specific-terms-for-ai-products/",
  ),
  "nvidia-nemotron-open-model": row(
    "nvidia-nemotron-open-model",
    "NVIDIA Nemotron Open Model License",
    "yes",
    false,
    "https://www.nvidia.com/en-us/agreements/enterprise-software/nvidia-nemotron-open-model-license/",
  ),
};
