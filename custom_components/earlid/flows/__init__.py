"""The steps of the forms with which a household sets Earlid up."""
