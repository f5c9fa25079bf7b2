"""What notebook 12 computes from the record of its study. It decides no claim: nothing is registered here."""
