"""What the demo shows."""

from demo.screen import branches


def test_a_home_is_drawn_as_a_tree() -> None:
    paths = [".", ".ssh", ".ssh/id", "project", "project/data", "project/data/x.csv", "project/run.sh"]
    assert list(branches(paths)) == [
        ".",
        "├─ .ssh",
        "│  └─ id",
        "└─ project",
        "   ├─ data",
        "   │  └─ x.csv",
        "   └─ run.sh",
    ]
