"""Tables of inputs, outputs and costs are what the code says."""

from pathlib import Path

import pytest

from studio_recovery_cli.planning.price_table import price_table
from tools.cost import modes
from tools.docs import filled

CODE = """
variable "vpcs" {
  description = "A label for each VPC id, such as { main = \\"vpc-0abc1234\\" }."
  type        = map(string)
}

variable "package" {
  description = "Either this | or that."
  type        = object({ bucket = string, version = optional(string) })
  default     = null
}

variable "name" {
  description = "A name."
  type        = string
  default     = "studio-recovery"
}

variable "on" {
  description = "A switch."
  type        = bool
  default     = true
}

variable "spaces" {
  description = "Spaces."
  type        = map(object({ owner = string }))
  default     = { group = { owner = "ada" } }
}

variable "users" {
  description = "Users."
  type        = list(string)
  default     = ["ada", "eve"]
}

output "arn" {
  description = "An ARN."
  value       = var.name
}
"""
INPUTS = """before
<!-- inputs of module -->
| name | type | default | what it is |
|---|---|---|---|
| `vpcs` | `map(string)` | required | A label for each VPC id, such as { main = "vpc-0abc1234" }. |
| `package` | `object({bucket = string, version = optional(string)})` | `null` | Either this \\| or that. |
| `name` | `string` | `"studio-recovery"` | A name. |
| `on` | `bool` | `true` | A switch. |
| `spaces` | `map(object({owner = string}))` | `{ group = { owner = "ada" } }` | Spaces. |
| `users` | `list(string)` | `["ada", "eve"]` | Users. |
<!-- end -->
after
"""
OUTPUTS = """<!-- outputs of module -->
| name | what it is |
|---|---|
| `arn` | An ARN. |
<!-- end -->
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "module").mkdir()
    (tmp_path / "module" / "variables.tf").write_text(CODE)
    return tmp_path


def test_inputs_are_written_between_their_marks(root: Path) -> None:
    assert filled("before\n<!-- inputs of module -->\nold\n<!-- end -->\nafter\n", root) == INPUTS


def test_outputs_are_written_between_their_marks(root: Path) -> None:
    assert filled("<!-- outputs of module -->\n<!-- end -->\n", root) == OUTPUTS


def test_a_cost_is_written_between_its_marks(root: Path) -> None:
    marks = "<!-- cost of modes -->\n{}<!-- end -->\n"
    assert filled(marks.format("old\n"), root) == marks.format(modes(price_table()))


def test_what_is_written_stays_as_it_is(root: Path) -> None:
    assert filled(INPUTS + OUTPUTS, root) == INPUTS + OUTPUTS


def test_a_page_without_marks_is_left_alone(root: Path) -> None:
    assert filled("| `vpcs` | old |", root) == "| `vpcs` | old |"
