"""Types, canonical bytes, hashes, proofs, envelopes, keys: what a stranger needs to check."""
