"""The main job, shown: a deleted Studio user's home comes back on a local cloud. The end-to-end tests use it too."""
