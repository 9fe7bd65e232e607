"""How a deployment and its owners stand."""
