"""What the tests of security look at: a lab in process, and the deployment that the end-to-end tests share."""

from tests.aws.conftest import lab
from tests.e2e.conftest import lab_of

__all__ = ["lab", "lab_of"]
