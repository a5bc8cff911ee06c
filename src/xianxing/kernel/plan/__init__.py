"""The plan: a tree of measures whose lights come from the cases and indicators linked to them."""
