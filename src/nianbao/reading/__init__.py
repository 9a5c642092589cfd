"""What comes back: finding the tables, figures as they are seen, remarks."""
