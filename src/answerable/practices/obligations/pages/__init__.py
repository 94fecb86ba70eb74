"""Pages: `use` shows all of it, `dossier` is for the owner, `review` for everybody else."""
