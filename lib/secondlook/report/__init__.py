"""What is written out of the ledger and the records: the report (PDF), and the tables of the README."""
