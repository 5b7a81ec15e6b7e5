#!/usr/bin/env python3
"""Read exports as a browser, a spreadsheet and a program would; print what would do anything.

usage: exports.py DIR      every file of it that ends in md, html, json, csv or text; exit 1 when
                           there was a finding, or no file at all
"""
import csv
import io
import json
import os
import re
import sys
from html.parser import HTMLParser

VOID = {"meta", "br"}
TAGS = VOID | set(
    "html head title style body header main footer nav section h1 h2 h3 p dl div dt dd ol ul li a "
    "table caption thead tbody tr th td blockquote details summary svg desc rect path circle text "
    "g".split())
ATTRIBUTES = set(
    "lang charset http-equiv content name class id href rel scope role aria-labelledby aria-label "
    "viewbox x y width height d cx cy r text-anchor tabindex open".split())
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


class Page(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found, self.open, self.policy = [], [], None

    def handle_starttag(self, tag, attrs):
        if tag not in TAGS:
            self.found.append("tag <%s>" % tag)
        if tag not in VOID:
            self.open.append(tag)
        given = dict(attrs)
        for name, value in attrs:
            if name not in ATTRIBUTES or name.startswith("on"):
                self.found.append("attribute %s of <%s>" % (name, tag))
            if name == "href" and not re.match(r"(https?://[a-z0-9]|#[a-z0-9-]+$)", value, re.I):
                self.found.append("address %r" % value)
        if tag == "meta":
            if given.get("http-equiv", "content-security-policy").lower() != \
                    "content-security-policy":
                self.found.append("meta %r" % given)
            if "http-equiv" in given:
                self.policy = given["content"]

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.found.append("</%s> closes nothing of its kind" % tag)

    def handle_comment(self, data):
        self.found.append("comment %r" % data[:40])

    def handle_decl(self, decl):
        if decl != "DOCTYPE html":
            self.found.append("declaration %r" % decl)

    def handle_pi(self, data):
        self.found.append("instruction %r" % data[:40])

    def unknown_decl(self, data):
        self.found.append("declaration %r" % data[:40])


def check_html(text):
    page = Page()
    page.feed(text)
    page.close()
    found = page.found
    if page.open:
        found.append("not closed: %s" % page.open)
    if not re.match(r"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; "
                    r"base-uri 'none'; form-action 'none'$", page.policy or ""):
        found.append("policy %r" % page.policy)
    return found


BLOCK = re.compile(r"<!-- binnacle:(begin|end) [a-z0-9-]+( sha256=[0-9a-f]{64}( of=\d+)?"
                   r"( front=[0-9a-f]{64})?)? -->$")
FRONT = re.compile(r'(incident|title|owner|drill): "([^"\\]|\\.)*"$|severity: SEV\d$|'
                   r"status: (draft|in review|published)$|(postmortem|rca)_due: [0-9TZ:-]+$")
HEADINGS = re.compile(r"#{1,3} ")


def bare(line):
    """What is left of a line that Markdown may take for a sign."""
    line = re.sub(r"\\[!-/:-@\[-`{-~]", "", line).replace("<br>", "")
    return re.sub(r"\[[^\[\]]*\]\(https?://[^\s()<>|`]*\)", "", line)


def check_block(line, columns):
    found, rest = [], bare(line)
    if re.search(r"[<`\[\]~]", rest):
        found.append("sign in %r" % line[:120])
    if line.startswith("|") and columns and rest.count("|") != columns:
        found.append("%d bars for %d in %r" % (rest.count("|"), columns, line[:120]))
    if not line.startswith("|") and "|" in rest:
        found.append("bar in %r" % line[:120])
    return found


def check_md(text):
    lines, found, block, columns, headings = text.split("\n"), [], None, 0, 0
    if lines[0] != "---" or "---" not in lines[1:12]:
        return ["no front matter"]
    end = lines.index("---", 1)
    found += ["front matter %r" % line for line in lines[1:end] if not FRONT.match(line)]
    for line in lines[end + 1:]:
        mark = BLOCK.match(line)
        if mark:
            block = mark.group(1) == "begin"
            continue
        columns = bare(line).count("|") if not columns and line.startswith("|") else columns
        columns = columns if line.startswith("|") else 0
        if block:
            found += check_block(line, columns)
        elif re.search(r"[<`\[\]~]", bare(line)):
            found.append("sign in the text %r" % line[:120])
        if not block and HEADINGS.match(line):
            headings += 1
    if headings != 11:
        found.append("%d headings of people" % headings)
    return found


def check_json(text):
    def walk(value, path):
        if isinstance(value, dict):
            return [f for k, v in value.items() for f in walk(v, path + "." + k)]
        if isinstance(value, list):
            return [f for i, v in enumerate(value) for f in walk(v, "%s[%d]" % (path, i))]
        if isinstance(value, str) and CONTROLS.search(value):
            return ["control in %s" % path]
        if path.endswith(".url") and value is not None and not re.match(r"https?://", value):
            return ["address %r at %s" % (value, path)]
        return []
    return walk(json.loads(text), "")


def check_csv(text):
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    found = ["row %d has %d cells of %d" % (i, len(row), len(rows[0]))
             for i, row in enumerate(rows) if len(row) != len(rows[0])]
    for number, row in enumerate(rows):
        for cell in row:
            if re.match(r"[=+\-@\t\r]", cell) and not re.match(r"[+-][0-9:.]+$", cell):
                found.append("formula in row %d: %r" % (number, cell[:60]))
    return found


def check_text(_text):
    return []


CHECKS = {"html": check_html, "md": check_md, "json": check_json, "csv": check_csv,
          "text": check_text}


def main():
    count = findings = 0
    for name in sorted(os.listdir(sys.argv[1])):
        check = CHECKS.get(name.rsplit(".", 1)[-1])
        if not check:
            continue
        count += 1
        try:
            with open(os.path.join(sys.argv[1], name), "rb") as file:
                text = file.read().decode("utf-8")
            found = check(text)
            control = CONTROLS.search(text.replace("\r\n", "\n") if name.endswith("csv") else text)
            if control:
                found.append("control %r near %r" % (
                    control.group(), text[max(0, control.start() - 30):control.start() + 10]))
        except (ValueError, csv.Error) as error:
            found = [str(error)]
        findings += len(found)
        for what in found[:5]:
            print("%s: %s" % (name, what))
    print("%d files, %d findings" % (count, findings))
    return 0 if count and not findings else 1


if __name__ == "__main__":
    sys.exit(main())
