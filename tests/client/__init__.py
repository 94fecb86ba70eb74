"""What an agency's software relies on: refusals, kept records, versions."""
