import type { Regulation, RegulationId } from "./types/index.ts";

const row = (id: RegulationId, title: string, asks: string, ...sources: readonly string[]): Regulation => ({
  id,
  title,
  asks,
  sources,
  evidence: "vendor",
  read: "2026-11-23",
});

/** Laws and standards that bundles usually come under. Titles and sentences guide a reader; they are no legal advice. */
export const regulations: Readonly<Record<RegulationId, Regulation>> = {
  hipaa: row(
    "hipaa",
    "Health Insurance Portability and Accountability Act (HIPAA), Privacy and Security Rules",
    "Protected health information may be used and disclosed only as the rules permit, and its confidentiality, integrity and availability need safeguards.",
    "https://www.hhs.gov/hipaa/for-professionals/index.html",
    "https://www.ecfr.gov/current/title-45/subtitle-A/subchapter-C/part-164",
  ),
  gdpr: row(
    "gdpr",
    "General Data Protection Regulation, Regulation (EU) 2016/679",
    "Personal data needs a legal basis (Article 6) and safeguards, and a decision with legal or similar effect may as a rule not rest on automated processing alone (Article 22).",
    "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
  ),
  "eu-ai-act-high-risk": row(
    "eu-ai-act-high-risk",
    "EU AI Act, high-risk AI systems, Regulation (EU) 2024/1689",
    "High-risk systems need risk management, technical documentation, record-keeping and human oversight (Articles 9 to 15), and those who deploy them have duties of their own (Article 26).",
    "https://eur-lex.europa.eu/eli/reg/2024/1689/oj",
  ),
  "fda-samd": row(
    "fda-samd",
    "FDA, Software as a Medical Device (SaMD)",
    "Software that is intended for a medical purpose is a device, and unless it is exempt needs FDA's clearance or approval for its intended use before it is marketed in the United States.",
    "https://www.fda.gov/medical-devices/digital-health-center-excellence/software-medical-device-samd",
  ),
  sox: row(
    "sox",
    "Sarbanes-Oxley Act of 2002, section 404",
    "Listed companies in the United States keep up internal controls over financial reporting and assess them every year, controls inside software among them.",
    "https://www.congress.gov/bill/107th-congress/house-bill/3763",
  ),
  "pci-dss": row(
    "pci-dss",
    "Payment Card Industry Data Security Standard (PCI DSS) 4.0.1",
    "Systems that store, process or transmit card data need network controls, access by need to know and logs, and keep as little of that data as they can.",
    "https://www.pcisecuritystandards.org/document_library/",
  ),
  "iso-26262": row(
    "iso-26262",
    "ISO 26262:2018, Road vehicles, Functional safety",
    "Safety-related electrical and electronic systems of road vehicles are developed against the hazards of their malfunction, to an integrity level (ASIL) that follows from them.",
    "https://www.iso.org/standard/68383.html",
  ),
  "iso-10218": row(
    "iso-10218",
    "ISO 10218-1 and 10218-2:2025, Robotics, Safety requirements",
    "Industrial robots and their cells need inherently safe design, risk reduction measures and information for use.",
    "https://www.iso.org/standard/73933.html",
    "https://www.iso.org/standard/73934.html",
  ),
  "itar-ear": row(
    "itar-ear",
    "International Traffic in Arms Regulations (ITAR, 22 CFR 120-130) and Export Administration Regulations (EAR, 15 CFR 730-774)",
    "Controlled technical data may reach foreign persons and other countries only where the rules or a licence allow it.",
    "https://www.ecfr.gov/current/title-22/chapter-I/subchapter-M",
    "https://www.ecfr.gov/current/title-15/subtitle-B/chapter-VII/subchapter-C",
  ),
};
