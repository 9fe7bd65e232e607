"""An AWS for laptops and tests: MiniStack, with a SageMaker Studio and a DataSync that really keep and copy homes."""
