"""The staff area: signing in, who may open what, forms and pages that staff rooms share."""
