"""Runs that stand in line for a place, in process."""

from studio_recovery.aws.executions import execution_arn
from studio_recovery.homes import Home
from studio_recovery.recovery import Recovery, Run
from tests.aws.lab import NAME, PLACES, Lab


def new_run(lab: Lab, run_id: str, uid: int = 200099) -> Run:
    """A run by hand that begins now, into a home of nobody else."""
    source = lab.row().home
    assert source
    arn = execution_arn(lab.state_machine_arn, run_id)
    lab.cloud.client("stepfunctions").start_execution(stateMachineArn=lab.state_machine_arn, name=run_id)
    lab.cloud.clock.advance(1)
    return Run(Recovery(source, Home(source.file_system_id, str(uid))), NAME, arn, lab.now())


def in_line(lab: Lab, run_id: str) -> Run:
    """A run that waits at the token of its own name."""
    run = new_run(lab, run_id, 200100 + len(standing(lab)))
    lab.places(max_concurrent=0).wait(run, run_id)
    return run


def standing(lab: Lab) -> list[tuple[str, str]]:
    """Who waits or was called, in order."""
    items = lab.cloud.client("dynamodb").scan(TableName=PLACES)["Items"]
    found = sorted((item["line"]["S"], item["turn"]["S"].partition("#")[2]) for item in items)
    return [(state, run_id) for state, run_id in found]
