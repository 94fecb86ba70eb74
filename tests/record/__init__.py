"""The room of records: types, canonical bytes, hashes, proofs, envelopes and keys."""
