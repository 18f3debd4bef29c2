"""What can be said to Earlid, and what it answers."""
