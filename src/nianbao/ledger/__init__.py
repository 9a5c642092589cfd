"""The ledger of an office: events chained by hash, received files by content, a cache of readings.

``store`` keeps the events, in a file of the folder (SQLite), in a database that several people
share (PostgreSQL), or in memory; ``contents`` keeps the files; ``cache`` may be deleted any time.
What the events mean is read by ``history`` and ``decisions`` of the model.
"""
