"""What everyone may see: the register, the policy, the opt-out."""
