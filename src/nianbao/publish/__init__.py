"""What is made of the reports: the summary and the board."""
