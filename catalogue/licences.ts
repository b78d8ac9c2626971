import type { Licence, LicenceId } from "./types/index.ts";

type Terms = Pick<Licence, "commercialUse" | "redistribution" | "needsAcceptance" | "evidence">;

const row = (id: LicenceId, title: string, sources: string | readonly string[], terms: Terms): Licence => ({
  id,
  title,
  ...terms,
  sources: [sources].flat(),
  read: "2026-11-23",
});

const open: Terms = { commercialUse: "yes", redistribution: "yes", needsAcceptance: false, evidence: "vendor" };
const conditional: Terms = {
  commercialUse: "conditional",
  redistribution: "conditional",
  needsAcceptance: true,
  evidence: "vendor",
};
const research: Terms = { ...conditional, commercialUse: "no" };
const container: Terms = { ...conditional, redistribution: "no" };

/** The agreement, and the exhibit that says what it means for AI software, NIM among it. */
const aiProducts = [
  "https://www.nvidia.com/en-us/agreements/enterprise-software/nvidia-software-license-agreement/",
  "https://www.nvidia.com/en-us/agreements/enterprise-software/product-specific-terms-for-ai-products/",
];

/** Terms under which weights and containers may be used. Not legal advice: each row names the text that counts. */
export const licences: Readonly<Record<LicenceId, Licence>> = {
  "apache-2.0": row("apache-2.0", "Apache License 2.0", "https://www.apache.org/licenses/LICENSE-2.0", open),
  "bsd-3-clause": row("bsd-3-clause", "BSD 3-Clause License", "https://opensource.org/license/bsd-3-clause", open),
  mit: row("mit", "MIT License", "https://opensource.org/license/mit", open),
  "openmdw-1.1": row("openmdw-1.1", "OpenMDW License Agreement, version 1.1", "https://openmdw.ai/license/1-1/", open),
  gemma: row("gemma", "Gemma Terms of Use", "https://ai.google.dev/gemma/terms", conditional),
  "hai-def": row(
    "hai-def",
    "Health AI Developer Foundations Terms of Use",
    "https://developers.google.com/health-ai-developer-foundations/terms",
    conditional,
  ),
  "llama-3-community": row(
    "llama-3-community",
    "Meta Llama 3 Community License",
    "https://www.llama.com/llama3/license/",
    conditional,
  ),
  "llama-3.1-community": row(
    "llama-3.1-community",
    "Llama 3.1 Community License Agreement",
    "https://www.llama.com/llama3_1/license/",
    conditional,
  ),
  "llama-3.2-community": row(
    "llama-3.2-community",
    "Llama 3.2 Community License Agreement",
    "https://www.llama.com/llama3_2/license/",
    conditional,
  ),
  "llama-3.3-community": row(
    "llama-3.3-community",
    "Llama 3.3 Community License Agreement",
    "https://www.llama.com/llama3_3/license/",
    conditional,
  ),
  qwen: row("qwen", "Qwen Terms of Service", "https://qwen.ai/termsservice", conditional),
  "mistral-modified-mit": row(
    "mistral-modified-mit",
    "Modified MIT License of Mistral AI (not free of charge above a limit of revenue)",
    "https://huggingface.co/mistralai/Mistral-Medium-3.5-128B/blob/main/LICENSE",
    conditional,
  ),
  "nvidia-ai-foundation-models-community": row(
    "nvidia-ai-foundation-models-community",
    "NVIDIA AI Foundation Models Community License Agreement",
    "https://www.nvidia.com/en-us/agreements/enterprise-software/nvidia-ai-foundation-models-community-license-agreement/",
    conditional,
  ),
  "nvidia-ai-product-agreement": row(
    "nvidia-ai-product-agreement",
    "NVIDIA Software License Agreement and Product-Specific Terms for NVIDIA AI Products",
    aiProducts,
    container,
  ),
  "nvidia-ai-enterprise": row(
    "nvidia-ai-enterprise",
    "NVIDIA AI Enterprise terms (production needs a subscription)",
    aiProducts,
    container,
  ),
  "nvidia-community-models": row(
    "nvidia-community-models",
    "NVIDIA Community Model License",
    "https://www.nvidia.com/en-us/agreements/enterprise-software/nvidia-community-models-license/",
    conditional,
  ),
  "nvidia-nemotron-open-model": row(
    "nvidia-nemotron-open-model",
    "NVIDIA Nemotron Open Model License",
    "https://www.nvidia.com/en-us/agreements/enterprise-software/nvidia-nemotron-open-model-license/",
    open,
  ),
  "nvidia-oneway-noncommercial": row(
    "nvidia-oneway-noncommercial",
    "NVIDIA OneWay Noncommercial License",
    "https://developer.download.nvidia.com/licenses/NVIDIA-OneWay-Noncommercial-License-22Mar2022.pdf",
    research,
  ),
  "nvidia-open-model": row(
    "nvidia-open-model",
    "NVIDIA Open Model License Agreement",
    "https://www.nvidia.com/en-us/agreements/enterprise-software/nvidia-open-model-license/",
    // It ends for who bypasses a model's guardrails, and takes in NVIDIA's Trustworthy AI terms.
    { ...conditional, commercialUse: "yes" },
  ),
  "writer-open-model": row(
    "writer-open-model",
    "Writer Open Model License",
    "https://writer.com/legal/open-model-license/",
    research,
  ),
  "aws-service-terms": row(
    "aws-service-terms",
    "AWS Service Terms, Amazon Bedrock and third-party models among them",
    "https://aws.amazon.com/service-terms/",
    { ...container, evidence: "unverified" },
  ),
  "gemini-api-terms": row(
    "gemini-api-terms",
    "Gemini API Additional Terms of Service",
    "https://ai.google.dev/gemini-api/terms",
    container,
  ),
  "nvidia-api-trial": row(
    "nvidia-api-trial",
    "NVIDIA API Trial Terms of Service (for evaluation; production needs a subscription)",
    "https://assets.ngc.nvidia.com/products/api-catalog/legal/NVIDIA%20API%20Trial%20Terms%20of%20Service.pdf",
    { ...container, evidence: "unverified" },
  ),
  "openai-services-agreement": row(
    "openai-services-agreement",
    "OpenAI Services Agreement",
    "https://openai.com/policies/services-agreement/",
    { ...container, evidence: "unverified" },
  ),
  own: row(
    "own",
    "Terms of the organisation's own",
    "https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/user_guide/model_repository.html",
    { ...open, evidence: "unverified" },
  ),
};
