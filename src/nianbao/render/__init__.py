"""Reports and summaries as pages and documents."""
