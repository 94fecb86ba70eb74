"""Which AI systems there are: versions, uses, deployments, and the stage each is in."""
