"""What changes an assessment: each function one transaction, and its entry.

`opening` opens, hands to review and hands back; `risks` and `data` fill it; `measuring`
audits the decisions and attaches the evidence; `deciding` signs or refuses; `clocks` says
what fell overdue, and what is shown no longer.
"""
