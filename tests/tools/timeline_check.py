#!/usr/bin/env python3
"""Derives every figure of timeline.json anew from the lines of the journals alone.

usage: timeline_check.py FOLDER [SCHEMA...]

FOLDER has a folder for each incident: journal.*.jsonl, timeline.json, timeline.csv. The rules are
those of docs/journal.md; nothing here knows of the program. What differs is said, exit 1.
"""
import csv
import datetime
import glob
import json
import os
import sys

OPEN = ["triage", "reopened", "investigating", "identified", "monitoring", "mitigated"]
SETTLED = ("sensed", "done", "skipped", "overridden")
MINUTE = 60000


def ms(stamp):
    when = datetime.datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%S.%fZ")
    return round((when - datetime.datetime(1970, 1, 1)).total_seconds() * 1000)


def stamp(text):
    """Of a member that may be null, and whose milliseconds are left out when there are none."""
    return text and ms(text if "." in text else text.replace("Z", ".000Z"))


def seconds(span):
    return None if span is None else span / 1000


def listed(event):
    """Neither a repeat nor what the program writes down of its own exports and commands."""
    return not (event["repeat"] or event["kind"] == "export.written" or
                event["kind"] == "session.joined" and event["data"]["console"] == "command")


class Derived:
    """One incident, from its lines."""

    def __init__(self, folder):
        lines = {}
        for path in glob.glob(os.path.join(folder, "journal.*.jsonl")):
            with open(path, encoding="utf-8") as file:
                for line in file:
                    event = json.loads(line)
                    clock = event["hlc"].split("-")
                    event["order"] = (int(clock[0]), int(clock[1]), event["origin"], event["seq"])
                    for key in ("at", "rec"):
                        event[key] = ms(event[key])
                    other = lines.get(event["id"])
                    if other is None or event["order"] < other["order"]:
                        lines[event["id"]] = event
        self.events = sorted(lines.values(), key=lambda e: e["order"])
        self.by_id = lines
        self.mark_and_correct()
        self.fold()
        self.timeline = sorted((e for e in self.events if listed(e)),
                               key=lambda e: (e["at"], e["order"]))

    def mark_and_correct(self):
        for event in self.events:
            event["undone"] = event["repeat"] = False
        for event in reversed(self.events):
            of = self.by_id.get(event["data"].get("of"))
            if event["kind"] == "undo" and of and of is not event and not event["undone"]:
                of["undone"] = True
        for event in self.events:
            of = self.by_id.get(event["data"].get("of"))
            if event["kind"] == "correction" and of and of is not event and not event["undone"]:
                of["fix"] = event
        for event in self.events:
            fix = event.get("fix")
            if fix and "when" in fix["data"]:
                event["at"] = ms(fix["data"]["when"])
                if event["kind"] == "milestone.set":
                    event["data"] = dict(event["data"], when=fix["data"]["when"])
            if fix and "text" in fix["data"] and event["kind"] in ("note", "action_item"):
                event["data"] = dict(event["data"], text=fix["data"]["text"])

    def fold(self):
        self.stepped = {}
        self.milestones = {}
        self.severity, self.worst, self.severity_t = 0, 0, None
        self.spent = {1: 0, 2: 0, 3: 0}
        self.status, self.reopened, self.reopened_t = "triage", 0, 0
        self.declared_t = -1
        self.base = self.overdue = self.due_t = self.missed_t = None
        self.due = self.late = self.missed = self.gap = 0
        self.alerts, self.runs, self.run_ids = {}, {}, []
        self.messages, self.actions = [], []
        self.paper, self.paper_at, self.owner = "none", None, None
        self.answers, self.none, self.signed = {}, {}, None
        self.manual, self.terms, self.components = 0, [], []
        for event in self.events:
            data = event["data"]
            if event["kind"] == "clock.stepped" and not event["undone"]:
                self.stepped[event["origin"]] = self.stepped.get(event["origin"], 0) + data["by_ms"]
            self.shift = self.stepped.get(event["origin"], 0)
            event["t"] = event["at"] - self.shift
            if event["undone"]:
                continue
            rule = getattr(self, "on_" + event["kind"].replace(".", "_"), None)
            if rule:
                rule(event, data, event["t"])

    # milestones

    def put(self, name, at, event, src=None):
        self.milestones[name] = {"at": at, "t": at - self.shift, "event": event,
                                 "src": src or event["src"]}

    def follow(self, name, event):
        if name not in self.milestones:
            self.put(name, event["at"], event)

    def detect(self, since, event):
        now, declared = self.milestones.get("detected"), self.milestones.get("declared")
        if now:
            by_hand = now["src"] == "human"
            if since >= now["at"] or (by_hand and now["event"] is not (declared or {}).get("event")):
                return
        self.put("detected", since, event)

    def on_milestone_set(self, event, data, t):
        now, at = self.milestones.get(data["name"]), ms(data["when"])
        sensed = event["src"] != "human"
        if now and sensed and now["src"] == "human":
            return
        event["repeat"] = bool(sensed and now and 0 <= at - now["at"] < 2 * MINUTE)
        if not event["repeat"]:
            self.put(data["name"], at, event)

    # severity and status

    def count(self, t):
        if self.is_open() and t > self.severity_t:
            self.spent[self.severity] += t - self.severity_t
            self.severity_t = t

    def is_open(self):
        return self.severity > 0 and self.status in OPEN

    def on_incident_declared(self, event, data, t):
        if self.declared_t != -1:
            return
        self.declared_t, self.components = t, data.get("components", [])
        self.terms, self.type = data.get("values", []), data["type"]
        if not self.severity:
            self.severity = self.worst = data["severity"]
            self.severity_t = t
        self.base, self.overdue = t, None
        self.follow("declared", event)
        self.detect(event["at"], event)
        if "impact_at" in data and "impact_started" not in self.milestones:
            self.put("impact_started", ms(data["impact_at"]), event,
                     "sensed" if "rule" in data else None)

    def on_severity_set(self, event, data, t):
        self.count(t)
        if not self.severity:
            self.severity_t = t
        self.severity = int(data["new"][-1])
        self.worst = min(self.worst or 3, self.severity)

    def on_status_set(self, event, data, t):
        was = self.is_open()
        self.count(t)
        self.status = data["new"]
        self.reopened += self.status == "reopened"
        if not was and self.is_open():
            for name in ("mitigated", "recovered", "resolved", "closed"):
                self.milestones.pop(name, None)
            self.reopened_t = t
            self.severity_t = max(self.severity_t, t)
            self.base, self.overdue = t, None
            self.paper, self.paper_at, self.signed = "none", None, None
        if self.status == "resolved" and self.paper == "none":
            self.paper, self.paper_at = "draft", event["at"]
        if self.status in ("mitigated", "resolved", "closed"):
            self.follow(self.status, event)

    # alerts

    def on_alert_firing(self, event, data, t):
        alert = self.alerts.setdefault(data["fingerprint"], {"firing": False, "was": False})
        event["repeat"] = alert["firing"]
        self.detect(ms(data["when"]) if "when" in data else event["at"], event)
        alert["firing"] = True

    def on_alert_resolved(self, event, data, t):
        alert = self.alerts.setdefault(data["fingerprint"], {"firing": False, "was": False})
        event["repeat"] = not alert["firing"] and alert["was"]
        if not event["repeat"]:
            alert.update(firing=False, was=True)

    def on_alert_acked(self, event, data, t):
        self.alerts.setdefault(data["fingerprint"], {"firing": False, "was": False})
        self.follow("acknowledged", event)

    # updates

    def on_update_due(self, event, data, t):
        due = ms(data["when"]) - self.shift
        late = ms(data["until"]) - self.shift if "until" in data else due + 15 * MINUTE
        event["repeat"] = self.due_t is not None and abs(due - self.due_t) < 1000
        if event["repeat"]:
            return
        self.due += 1
        self.due_t = due
        if due > (-1 if self.base is None else self.base):
            self.overdue = late if self.overdue is None else min(late, self.overdue)

    def on_update_missed(self, event, data, t):
        due = ms(data["when"]) - self.shift
        event["repeat"] = self.missed_t is not None and abs(due - self.missed_t) < 1000
        if not event["repeat"]:
            self.missed += 1
            self.missed_t = due

    def on_update_snoozed(self, event, data, t):
        if self.overdue is not None:
            self.overdue = max(self.overdue, ms(data["until"]) - self.shift)

    def on_update_sent(self, event, data, t):
        late = self.overdue is not None and t > self.overdue
        gap = 0 if self.base is None else t - self.base
        self.messages.append({"event": event["id"], "late": late, "text": data["text"],
                              "by": event["by"], "at": event["at"],
                              "channels": {name: None for name in data.get("channels", [])}})
        self.late += late
        self.gap = max(self.gap, gap)
        self.base, self.overdue = (t if gap > 0 else self.base), None
        self.follow("first_update", event)

    def on_update_delivered(self, event, data, t):
        for message in self.messages:
            if message["event"] == data["of"]:
                message["channels"][data["channel"]] = data["ok"]

    # runs

    def on_run_started(self, event, data, t):
        self.run_ids.append(event["id"])
        usual = dict(value.rsplit("=", 1) for value in data.get("values", []) if "=" in value)
        self.runs[event["id"]] = {"runbook": data["runbook"], "ended": False, "steps": {
            name: {"usually": int(usual[name]) if name in usual else None, "mark": "todo", "round": 0, "started": 0, "early": False, "src": None,
                   "event": None, "t": None, "option": None, "how": {}} for name in data["steps"]}}

    def on_run_ended(self, event, data, t):
        run = self.runs.get(data["run"])
        if run:
            event["repeat"], run["ended"] = run["ended"], True

    def step(self, data):
        return self.runs.get(data.get("run"), {"steps": {}})["steps"].get(data.get("step"))

    def mark(self, step, mark, event, touch=True):
        step.update(mark=mark, event=event["id"], src=event["src"], t=event["t"], early=False)
        if touch and not step["started"]:
            step["started"] = event["t"]

    def on_step_started(self, event, data, t):
        step = self.step(data)
        if step and not step["started"]:
            step["started"] = t

    def on_step_done(self, event, data, t):
        step = self.step(data)
        event["repeat"] = bool(step) and step["mark"] in ("done", "sensed")
        if step and not event["repeat"]:
            self.mark(step, "done", event)
            step["early"] = data.get("early", False)

    def on_step_sensed(self, event, data, t):
        step = self.step(data)
        event["repeat"] = bool(step) and step["mark"] in SETTLED + ("failed",)
        if step and not event["repeat"]:
            self.mark(step, "sensed", event)

    def on_step_regressed(self, event, data, t):
        step = self.step(data)
        event["repeat"] = bool(step) and step["mark"] not in ("done", "sensed")
        if step and not event["repeat"]:
            self.mark(step, "regressed", event, touch=False)

    def pass_over(self, mark, event, data):
        step = self.step(data)
        event["repeat"] = bool(step) and step["mark"] == mark
        if step and not event["repeat"] and step["mark"] not in ("done", "sensed"):
            self.mark(step, mark, event)

    def on_step_skipped(self, event, data, t):
        self.pass_over("skipped", event, data)

    def on_step_overridden(self, event, data, t):
        self.pass_over("overridden", event, data)

    def on_step_deferred(self, event, data, t):
        self.pass_over("deferred", event, data)

    def on_step_failed(self, event, data, t):
        step = self.step(data)
        event["repeat"] = bool(step) and step["mark"] == "failed"
        if step and not event["repeat"]:
            self.mark(step, "failed", event)

    def on_step_repeated(self, event, data, t):
        step = self.step(data)
        if step:
            self.mark(step, "todo", event, touch=False)
            step.update(round=step["round"] + 1, started=0, option=None)

    def on_decision_taken(self, event, data, t):
        step = self.step(data)
        event["repeat"] = (bool(step) and step["mark"] == "done"
                           and step["option"] == data["option"])
        if step and not event["repeat"]:
            self.mark(step, "done", event)
            step["option"] = data["option"]

    def on_step_run_started(self, event, data, t):
        step = self.step(data)
        if "run" not in data or "step" not in data:
            self.manual += 1
        elif step:
            step["how"][event["id"]] = None
            if not step["started"]:
                step["started"] = t

    def on_step_run_ended(self, event, data, t):
        for run in self.runs.values():
            for step in run["steps"].values():
                if data["of"] in step["how"]:
                    event["repeat"] = step["how"][data["of"]] is not None
                    step["how"][data["of"]] = step["how"][data["of"]] or data["how"]

    # actions

    def on_action_item(self, event, data, t):
        self.actions.append({"event": event["id"], "type": data["type"], "text": data["text"],
                             "owner": data.get("owner"), "settled": False, "settled_at": None,
                             "due_at": ms(data["until"]) if "until" in data else None})
        self.none.pop(data["type"], None)

    def on_action_item_done(self, event, data, t):
        for action in self.actions:
            if action["event"] == data["of"] and not action["settled"]:
                action["settled"], action["settled_at"] = True, event["at"]

    # afterwards

    def on_postmortem_set(self, event, data, t):
        self.owner = data.get("who", self.owner)
        if not self.is_open():
            if self.paper != data["new"]:
                self.paper_at = event["at"]
            self.paper = data["new"]

    def on_postmortem_answered(self, event, data, t):
        self.answers[data["name"]] = (data["text"], event["by"], event["at"])

    def on_action_item_none(self, event, data, t):
        self.none[data["type"]] = data["reason"]

    def on_signed_off(self, event, data, t):
        event["repeat"] = self.signed is not None
        if not event["repeat"] and not self.is_open():
            self.signed = (event["by"], event["at"], data["text"])

    # what follows

    def end(self):
        return max(e["t"] for e in self.events if listed(e) and not e["undone"])

    def severities(self):
        spent = dict(self.spent)
        if self.is_open():
            spent[self.severity] += max(0, self.end() - self.severity_t)
        return {"SEV%d" % n: seconds(span) for n, span in spent.items()}

    def between(self, begin, end):
        a, b = self.milestones.get(begin), self.milestones.get(end)
        return seconds(b["t"] - a["t"]) if a and b and b["t"] >= a["t"] else None

    def source(self, name):
        milestone = self.milestones.get(name)
        if not milestone:
            return "none"
        event = milestone["event"]
        if name == "impact_started" and milestone["src"] != "human":
            return "estimate"
        if event["kind"] == "alert.firing":
            return "alert"
        return "operator" if event["src"] == "human" else "check"

    def longest_gap(self):
        resolved = self.milestones.get("resolved")
        end = resolved["t"] if resolved else self.end()
        return seconds(max(self.gap, 0 if self.base is None else end - self.base))

    def counts(self, run):
        steps = run["steps"].values()
        of = lambda *marks: sum(s["mark"] in marks for s in steps)
        hows = [how for s in steps for how in s["how"].values()]
        return {"done": of("done"), "sensed": of("sensed"), "overridden": of("overridden"),
                "skipped": of("skipped"), "deferred": of("deferred"), "failed": of("failed"),
                "open": of("todo", "regressed"), "early": sum(s["early"] for s in steps),
                "repeated": sum(s["round"] for s in steps),
                "commands": sum(how not in ("copied", "not-run") for how in hows),
                "by_hand": hows.count("copied")}

    def all_steps(self):
        return [s for run in self.runs.values() for s in run["steps"].values()]

    def step_sums(self):
        sums = {}
        for run in self.runs.values():
            for name, count in self.counts(run).items():
                if name not in ("commands", "by_hand"):
                    sums[name] = sums.get(name, 0) + count
        auto = [s["mark"] != "todo" and s["src"] != "human" for s in self.all_steps()]
        names = "done sensed overridden skipped deferred failed open early repeated".split()
        sums = {name: sums.get(name, 0) for name in names}
        sums["automatic"] = sum(auto)
        sums["manual"] = sum(not a and s["event"] is not None
                             for a, s in zip(auto, self.all_steps()))
        return sums

    def interventions(self):
        return self.manual + sum(s["round"] + (s["mark"] in ("failed", "overridden"))
                                 for s in self.all_steps())

    def objectives(self):
        found = []
        for value in self.terms:
            name, number = value.rsplit("=", 1)
            if not name.startswith(("rto.", "rpo.")) or name[4:] not in self.components:
                continue
            achieved = None
            if name.startswith("rto."):
                begin = (self.reopened_t if self.reopened_t > self.declared_t
                         else self.milestones["detected"]["t"])
                end = self.milestones.get("recovered") or self.milestones.get("mitigated")
                achieved = end["t"] - begin if end and end["t"] >= begin else None
            target = int(number) * 1000
            found.append((name[4:], name[:3], seconds(target), seconds(achieved),
                          None if achieved is None else achieved <= target))
        return sorted(found)

    def money(self):
        before, after = {}, {}
        for event in self.timeline:
            figures = {f["unit"]: f.get("text") for f in event["data"].get("figures", [])
                       if f["name"] == "at_risk"}
            if event["undone"] or "figures" not in event["data"]:
                continue
            if event["kind"] == "incident.declared":
                before = figures
            else:
                after = figures
        return {asset: (before.get(asset), after.get(asset)) for asset in {**before, **after}}

    def due_after(self, what):
        terms = dict(value.rsplit("=", 1) for value in self.terms)
        within = int(terms.get("sev%d.%s" % (self.worst, what), 0)) * 1000
        resolved = self.milestones.get("resolved")
        if not within or not resolved or self.status not in ("resolved", "closed"):
            return None
        return resolved["at"] + within

    def zero(self):
        for name in ("impact_started", "detected", "declared"):
            if name in self.milestones:
                return name + "_at", self.milestones[name]
        return "declared_at", self.timeline[0]


class Check:
    """One incident's export against what was derived."""

    def __init__(self, folder):
        self.folder, self.bad = folder, 0
        self.is_ = Derived(folder)
        with open(os.path.join(folder, "timeline.json"), encoding="utf-8") as file:
            self.says = json.load(file)

    def same(self, what, says, is_):
        if isinstance(says, list) and says != is_:
            pairs = [pair for pair in zip(says, is_) if pair[0] != pair[1]]
            says, is_ = pairs[0] if pairs else (len(says), len(is_))
        if says != is_:
            print("%s: %s: the export says %r, the journal %r" % (self.folder, what, says, is_))
            self.bad += 1

    def run(self):
        self.milestones()
        self.metrics()
        self.updates()
        self.runs()
        self.actions()
        self.events()
        self.table()
        return self.bad

    def milestones(self):
        for key, says in self.says["milestones"].items():
            is_ = self.is_.milestones.get(key[:-3])
            at = says["at"] and ms(says["at"])
            self.same(key, (at, says["event"], says["source"]),
                      (is_ and is_["at"], is_ and is_["event"]["id"], self.is_.source(key[:-3])))
        key, zero = self.is_.zero()
        incident = self.says["incident"]
        self.same("t0", (incident["t0_is"], ms(incident["t0"])), (key, zero["at"]))
        self.same("severity", (incident["severity"], incident["max_severity"]),
                  ("SEV%d" % self.is_.severity, "SEV%d" % self.is_.worst))

    def metrics(self):
        says = self.says["metrics"]
        for key in ("ttd", "tta", "ttm", "ttrc", "ttr"):
            metric = says[key]
            ends = metric["from"][:-3], metric["to"][:-3]
            self.same(key, metric["seconds"], self.is_.between(*ends))
            if metric["seconds"] is None and not metric.get("note"):
                self.same(key, "no number and no note", "a note")
        for key, ends in (("ttd", ("impact_started_at", "detected_at")),
                          ("tta", ("detected_at", "acknowledged_at")),
                          ("ttm", ("impact_started_at", "mitigated_at")),
                          ("ttrc", ("impact_started_at", "recovered_at")),
                          ("ttr", ("impact_started_at", "resolved_at"))):
            self.same(key + " ends", (says[key]["from"], says[key]["to"]), ends)
        self.same("time in severity", says["time_in_severity_seconds"], self.is_.severities())
        self.same("steps", says["steps"], self.is_.step_sums())
        self.same("interventions", says["manual_interventions"], self.is_.interventions())
        self.same("reopened", says["reopened"], self.is_.reopened)
        self.same("objectives", sorted((o["component"], o["objective"], o["target_seconds"],
                                        o["achieved_seconds"], o["met"])
                                       for o in says["objectives"]), self.is_.objectives())
        self.same("money", {m["asset"]: (m["at_declaration"], m["at_the_end"])
                            for m in says["money_at_risk"]}, self.is_.money())

    def updates(self):
        says, is_ = self.says["updates"], self.is_
        self.same("updates", (says["due"], says["sent"], says["late"], says["missed"]),
                  (is_.due, len(is_.messages), is_.late, is_.missed))
        self.same("longest gap", says["longest_gap_seconds"], is_.longest_gap())
        self.same("messages", [(m["event"], m["late"], m["text"], m["by"],
                                {c["channel"]: c["ok"] for c in m["channels"]})
                               for m in says["messages"]],
                  [(m["event"], m["late"], m["text"], m["by"], m["channels"])
                   for m in is_.messages])

    def runs(self):
        self.same("runs", [(r["event"], r["id"], r["counts"]) for r in self.says["runbooks"]],
                  [(n, self.is_.runs[n]["runbook"], self.is_.counts(self.is_.runs[n]))
                   for n in self.is_.run_ids])
        for run in self.says["runbooks"]:
            for step in run["steps"]:
                is_ = self.is_.runs[run["event"]]["steps"][step["id"]]
                timed = is_["mark"] not in ("todo", "regressed") and is_["started"]
                took = seconds(is_["t"] - is_["started"]) if timed else None
                self.same("step " + step["id"],
                          (step["mark"], step["took_seconds"], step["usually_seconds"]),
                          (is_["mark"], took if took is None or took >= 0 else None,
                           is_["usually"]))

    def actions(self):
        says, is_ = self.says["postmortem"], self.is_
        self.same("actions", [(a["event"], a["type"], a["text"], a["owner"], a["settled"],
                               stamp(a["settled_at"]), stamp(a["due_at"]))
                              for a in says["actions"]],
                  [(a["event"], a["type"], a["text"], a["owner"], a["settled"],
                    a["settled_at"], a["due_at"]) for a in is_.actions])
        self.same("due", (stamp(says["due_at"]), stamp(says["rca_due_at"])),
                  (is_.due_after("postmortem"), is_.due_after("rca") if is_.type == "recovery" else None))
        after = says["aftermath"]
        self.same("postmortem", (says["status"], after["status"], stamp(after["status_at"]),
                                 after["owner"]), (is_.paper, is_.paper, is_.paper_at, is_.owner))
        self.same("answers", {key: a and (a["text"], a["by"], stamp(a["at"]))
                              for key, a in after["answers"].items() if a}, is_.answers)
        self.same("none", {key: why for key, why in after["none"].items() if why}, is_.none)
        self.same("signed", (after["signed_by"], stamp(after["signed_at"]), after["signed_text"]),
                  is_.signed or (None, None, None))

    def events(self):
        zero = self.is_.zero()[1]["t"]
        self.same("events", [(e["seq"], e["id"], ms(e["at"]), ms(e["recorded_at"]),
                              e["t_rel_seconds"], e["automatic"]) for e in self.says["events"]],
                  [(n + 1, e["id"], e["at"], e["rec"], seconds(e["t"] - zero),
                    e["src"] != "human") for n, e in enumerate(self.is_.timeline)])

    def table(self):
        path = os.path.join(self.folder, "timeline.csv")
        with open(path, encoding="utf-8", newline="") as file:
            text = file.read()
        rows = list(csv.DictReader(text.splitlines(keepends=True)))
        self.same("CSV", [(r["event_id"], ms(r["at_utc"]), ms(r["recorded_at_utc"]),
                           r["actor"] if r["actor_type"] == "human" else None) for r in rows],
                  [(e["id"], e["at"], e["rec"], e["by"] if e["src"] == "human" else None)
                   for e in self.is_.timeline])
        self.same("CSV line ends", text.count("\n"), text.count("\r\n"))
        for row in csv.reader(text.splitlines(keepends=True)):
            for cell in row:
                if cell[:1] in "=+-@\t\r" and cell and not is_number(cell):
                    self.same("CSV cell", cell, "no formula")


def is_number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return True


def valid(folder, schemas):
    try:
        import jsonschema
    except ImportError:
        print("SKIPPED: python3-jsonschema is not there")
        return 0
    bad = 0
    for path in schemas:
        with open(path, encoding="utf-8") as file:
            validator = jsonschema.Draft202012Validator(json.load(file))
        for name in sorted(glob.glob(os.path.join(folder, "*", "timeline.json"))):
            with open(name, encoding="utf-8") as file:
                for error in validator.iter_errors(json.load(file)):
                    print("%s: %s: %s" % (name, "/".join(map(str, error.path)), error.message[:300]))
                    bad += 1
    return bad


def main():
    folder, bad = sys.argv[1], 0
    incidents = sorted(name for name in os.listdir(folder)
                       if os.path.isdir(os.path.join(folder, name)))
    for name in incidents:
        bad += Check(os.path.join(folder, name)).run()
    bad += valid(folder, sys.argv[2:])
    print("%d incidents, %d differences" % (len(incidents), bad))
    sys.exit(1 if bad or not incidents else 0)


main()
