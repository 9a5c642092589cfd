"""What is asked and decided of a year that the ledger keeps: versions, sums, decisions, its end."""
