"""Whether a version is fit for a use: risks, data, measured evidence, and an independent review."""
