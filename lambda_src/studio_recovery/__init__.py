"""Recovers the Amazon SageMaker Studio home directories of users and spaces that were deleted and created again."""
