"""The site: the notebooks as executed, the ledger with a link to the cell behind each verdict, and the API."""
