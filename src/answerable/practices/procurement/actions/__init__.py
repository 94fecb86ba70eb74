"""What changes about vendors' claims.

`claims` records, withdraws and reviews them, `testing` measures them again on the agency's
own decisions, `clocks` says which tests are overdue.
"""
