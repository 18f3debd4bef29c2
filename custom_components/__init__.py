"""Custom integrations; here so that tests find Earlid by its full name."""
