"""The ledger: what was done, when and by whom, in rows that nobody can change unseen."""
