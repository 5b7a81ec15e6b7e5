#!/usr/bin/env python3
"""Check a report of a drill against the lines of its journal, and against a JSON Schema.

    drill_report.py REPORT FOLDER SCHEMA...

Every figure is worked out anew from the JSON lines and the evidence alone. Prints what differs and
exits 1; exits 77 when python3-jsonschema is not installed.
"""
import datetime
import glob
import hashlib
import json
import os
import sys

try:
    import jsonschema
except ImportError:
    print("SKIPPED: python3-jsonschema is not installed")
    sys.exit(77)

wrong = []


def same(what, report, lines):
    if report != lines:
        wrong.append(f"{what}: the report says {report!r}, the lines say {lines!r}")


def seconds(start, end):
    if start is None or end is None:
        return None
    took = (when(end) - when(start)).total_seconds()
    return took if took >= 0 else None


def when(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def near(what, report, lines):
    if report is None or lines is None:
        same(what, report, lines)
    elif abs(report - lines) > 0.0005:
        wrong.append(f"{what}: the report says {report}, the lines say {lines}")


def read_events(folder):
    events = []
    for name in glob.glob(os.path.join(folder, "journal.*.jsonl")):
        with open(name, encoding="utf-8") as lines:
            events += [json.loads(line) for line in lines if line.endswith("\n")]
    events.sort(key=lambda e: (e["hlc"], e["origin"], e["seq"]))
    undone = {e["data"]["of"] for e in events if e["kind"] == "undo"}
    return [e for e in events if e["id"] not in undone]


def last(events, kind):
    found = [e for e in events if e["kind"] == kind]
    return found[-1] if found else None


def interventions(events):
    """Commands outside any runbook, steps opened again, failed or overridden ones, told ones."""
    count, marks = 0, {}
    settle = ("step.done", "step.sensed", "step.skipped", "step.deferred", "step.regressed")
    for e in events:
        data, kind = e["data"], e["kind"]
        place = (data.get("run"), data.get("step"))
        if kind == "step.run_started" and "step" not in data:
            count += 1
        elif kind == "drill.intervened":
            count += 1
        elif kind == "step.repeated":
            count += 1
            marks[place] = False
        elif kind in ("step.failed", "step.overridden"):
            marks[place] = True
        elif kind in settle:
            marks[place] = False
    return count + sum(marks.values())


def components(events):
    found = {}
    for e in events:
        name = e["data"].get("name")
        if e["kind"] == "component.restoring":
            found[name] = {"start": e["at"], "end": None, "ok": False}
        elif e["kind"] == "component.restored" and name in found:
            found[name].update(end=e["at"], ok=e["data"]["ok"])
    return found


def terms(events, what):
    values = last(events, "incident.declared")["data"].get("values", [])
    pairs = dict(v.split("=", 1) for v in values)
    return {k.split(".", 1)[1]: float(v) for k, v in pairs.items() if k.startswith(what + ".")}


def check_components(report, events, start):
    found, rto = components(events), terms(events, "rto")
    listed = {c["name"]: c for c in report["components"]}
    for name, c in found.items():
        row = listed.get(name)
        if row is None:
            wrong.append(f"component {name} is not in the report")
            continue
        near(f"{name} took", row["recovery_duration_seconds"], seconds(c["start"], c["end"]))
        same(f"{name} success", row["success"], bool(c["end"]) and c["ok"])
        near(f"{name} target", row["rto_target_seconds"], rto.get(name))
        since = seconds(start, c["end"])
        met = None if since is None or name not in rto else since <= rto[name]
        same(f"{name} rto_met", row["rto_met"], met)
    whole = found and all(c["end"] and c["ok"] for c in found.values()) and len(listed) == len(found)
    if whole:
        end = max(c["end"] for c in found.values())
        near("rto achieved", report["objectives"]["rto_achieved_seconds"], seconds(start, end))
        near("duration", report["timing"]["recovery_duration_seconds"],
             seconds(min(c["start"] for c in found.values()), end))


def check_roles(report, events):
    seats = {}
    for e in events:
        if e["kind"] == "role.taken":
            seats[e["data"]["role"]] = e["data"]["who"]
        elif e["kind"] == "role.released":
            seats.pop(e["data"]["role"], None)
    keys = {"infrastructure_engineer": "infrastructure", "indexer_operator": "indexer-operator",
            "application_owner": "app-owner", "compliance_audit": "audit"}
    same("recovery_lead", report["roles"]["recovery_lead"], seats.get("commander", ""))
    for key, seat in keys.items():
        same(key, report["roles"][key], seats.get(seat))


def check_verification(report, events, folder):
    verified = last(events, "drill.verified")
    integrity = report["integrity"]
    if not verified:
        same("artifacts", integrity["artifacts_total"], 0)
        same("rate", integrity["pass_rate_percent"], None)
        return
    path = os.path.join(folder, "evidence", verified["data"]["sha256"])
    with open(path, "rb") as f:
        raw = f.read()
    same("evidence", hashlib.sha256(raw).hexdigest(), verified["data"]["sha256"])
    found = json.loads(raw)
    total, matched = len(found["artifacts"]), sum(a["match"] for a in found["artifacts"])
    same("artifacts", integrity["artifacts_total"], total)
    same("matched", integrity["artifacts_matched"], matched)
    near("rate", integrity["pass_rate_percent"], 100.0 * matched / total if total else None)
    for row, count in zip(report["reconciliation"], found["counts"]):
        known = count["golden_known"] and count["restored_known"]
        same(row["name"], row["difference"], count["restored"] - count["golden"] if known else None)
    for failure in found["failures"]:
        if failure not in report["failures"]:
            wrong.append(f"the verification failed, and the report is silent: {failure}")


def check(report, events, folder):
    announced = last(events, "drill.announced")
    finished = last(events, "drill.finished")
    resolved = [e for e in events if e["kind"] == "status.set" and e["data"]["new"] == "resolved"]
    start = announced["data"].get("when", announced["at"])
    same("start", when(report["start"]), when(start))
    same("end", when(report["end"]), when(resolved[-1]["at"]))
    same("type", report["drill"]["type"], announced["data"]["type"])
    same("scenario", report["drill"]["scenario"], announced["data"]["name"])
    same("production", report["drill"]["production"], False)
    same("pass", report["pass"], finished["data"]["ok"])
    same("pass and success", report["pass"], report["success"])
    same("pass and failures", report["pass"], not report["failures"])
    same("by hand", report["manual_interventions"]["count"], interventions(events))
    same("by hand, listed", len(report["manual_interventions"]["items"]), interventions(events))
    same("actions", len(report["corrective_actions"]),
         len([e for e in events if e["kind"] == "action_item"]))
    back = last(events, "drill.rolled_back")
    same("rollback", report["rollback"]["performed"], back is not None)
    signed = last(events, "signed_off")
    same("signed off", report["review"]["signed_off_by"], signed["by"] if signed else None)
    reviewed = last(events, "drill.reviewed")
    same("reviewed", report["review"]["reviewed_at"] is not None, reviewed is not None)
    near("rca due", seconds(report["end"], report["review"]["rca_due_at"]), 72 * 3600.0)
    check_components(report, events, start)
    check_roles(report, events)
    check_verification(report, events, folder)
    for e in report["evidence"]:
        if e["path"].startswith("evidence/"):
            with open(os.path.join(folder, e["path"]), "rb") as f:
                same(e["path"], hashlib.sha256(f.read()).hexdigest(), e["sha256"])


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        report = json.load(f)
    for name in sys.argv[3:]:
        with open(name, encoding="utf-8") as f:
            jsonschema.Draft202012Validator(json.load(f)).validate(report)
    check(report, read_events(sys.argv[2]), sys.argv[2])
    for line in wrong:
        print(line)
    sys.exit(1 if wrong else 0)


main()
