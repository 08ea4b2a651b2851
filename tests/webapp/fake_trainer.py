"""A trainer that learns nothing: it writes events as its job's settings say, in a process of its own."""

import fcntl
import json
import os
import signal
import sys
import time
from pathlib import Path

import psutil


def main() -> None:
    job = json.loads(Path(sys.argv[1]).read_text())
    folder, plan = Path(job["folder"]), job["settings"]
    lock = (folder / "lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(75)
    lock.truncate(0)
    note = {"pid": os.getpid(), "created": psutil.Process().create_time(), "boot": psutil.boot_time()}
    lock.write(json.dumps({**note, "memory_kills": plan.get("memory_kills")}))
    lock.flush()
    if plan.get("deaf"):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(plan.get("load", 0))
    spool = (folder / "events.jsonl").read_text().splitlines(keepends=True)
    told = [json.loads(line) for line in spool if line.endswith("\n")]
    done = max((event["step"] for event in told if event["type"] == "progress"), default=0)
    seq = max(job["after"], told[-1]["seq"] if told else 0)
    if spool and not spool[-1].endswith("\n"):
        os.truncate(folder / "events.jsonl", sum(len(line) for line in spool[:-1]))

    def say(**event: object) -> None:
        nonlocal seq
        seq += 1
        os.write(1, json.dumps({"seq": seq, "time": "2026-01-01T00:00:00.000Z", **event}).encode() + b"\n")

    if job["ran_out"] and plan.get("advises"):
        say(type="failed", problem={"code": "out_of_memory", "message": "m", "hint": "h", "where": {"node": "dense_1"}})
        return
    print(plan.get("last_words", "the last words"), file=sys.stderr, flush=True)
    if not told:
        say(type="started", epochs=plan["events"])
    elif "load" in plan:
        say(type="phase", phase="training")
    reason = "completed"
    for step in range(done, plan["events"]):
        say(
            type="progress",
            epoch=1,
            step=step + 1,
            steps=plan["events"],
            loss=1 / (step + 1),
            note="n" * plan.get("wide", 0),
        )
        if step + 1 == plan.get("dies_at"):
            os.kill(os.getpid(), signal.SIGKILL)
        if not plan.get("deaf") and (folder / "stop").exists():
            reason = "stopped_by_user"
            break
        if not plan.get("deaf") and json.loads((folder / "control.json").read_text())["pause"]:
            say(type="checkpoint", epoch=1, step=step + 1)
            say(type="phase", phase="paused")
            time.sleep(plan.get("linger", 0))
            return
        time.sleep(plan.get("delay", 0))
    if "evaluates" in plan:
        say(type="phase", phase="evaluating")
        time.sleep(plan["evaluates"])
    if plan.get("half"):
        os.write(1, b'{"seq": 99, "type": "prog')
    match plan.get("end", "finished"):
        case "finished":
            say(type="finished", reason=reason, best_epoch=1, test={"loss": 0.5}, validation={"loss": 0.4}, seconds=1.5)
        case "failed":
            words = plan.get("words", "m")
            say(type="failed", problem={"code": "loss_is_nan", "message": words, "hint": "h", "where": {}})
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case int(code):
            sys.exit(code)


main()
