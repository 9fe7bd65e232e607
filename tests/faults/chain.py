"""Owners on the whole chain who move in, move out and come back, each step known to the ledger before the next."""

from demo.homes import Home, look
from demo.studio import Owner, wait_for
from tests.statemachine.machine import Machine

NOTEBOOK = {"notebook.ipynb": b"{}"}
# What is written of an owner who comes back, in this order.
WRITTEN = ["created", "deleted", "created", "recovery started", "SUCCEEDED"]


def ask_for(chain: Machine, owner: Owner, does: str) -> None:
    """The call alone: nobody waits for what it brings about."""
    ask = getattr(chain.cloud.client("sagemaker"), does)
    ask(DomainId=chain.studio.domain_id, UserProfileName=owner.name)


def moved_in(chain: Machine) -> tuple[Owner, Home]:
    """A new owner with a notebook."""
    owner = chain.new_owner()
    (home,) = chain.studio.create(owner).values()
    chain.leave(home, NOTEBOOK)
    wait_for("home in the ledger", lambda: chain.ledger.knows(owner, home))
    return owner, home


def moved_out(chain: Machine) -> tuple[Owner, Home]:
    """An owner who had a notebook and is gone."""
    owner, home = moved_in(chain)
    chain.studio.delete(owner)
    wait_for("end in the ledger", lambda: chain.ledger.has_ended(owner))
    return owner, home


def came_back(chain: Machine) -> tuple[Owner, Home, Home]:
    """An owner who is there again, the old home and the new one."""
    owner, old = moved_out(chain)
    (new,) = chain.studio.create(owner).values()
    return owner, old, new


def has(chain: Machine, home: Home) -> bool:
    """Whether the notebook is there."""
    return "notebook.ipynb" in look(chain.cloud.disk, home)


def recovered(chain: Machine, owner: Owner) -> None:
    """Waits until the owner has its notebook again; it was brought once."""
    chain.at_rest(owner, "SUCCEEDED")
    assert has(chain, chain.studio.home(owner))
    assert chain.history(owner).count("recovery started") == 1
