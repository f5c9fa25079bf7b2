"""Document 000's question, on features that can be had: what the posterior of a network's last layer predicts."""
