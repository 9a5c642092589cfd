"""The workbooks that are sent out: a module per sheet, and stamping."""
