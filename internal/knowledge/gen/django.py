"""Write data/django.json: facts about Django that its own published packages state.

    python3 internal/knowledge/gen/django.py            writes internal/knowledge/data/django.json
    python3 internal/knowledge/gen/django.py --check    exits 1 when the file is not what this script would write

For each series in SERIES pip downloads the latest wheel and source archive into --cache (nothing is installed, no Django is imported):
  - django/conf/global_settings.py        the defaults. It is plain assignments, and is run with an empty namespace.
  - docs/**/*.txt, ".. setting::"         settings that Django documents, and ".. deprecated::" below them
  - docs/releases/*.txt                   every release with its date, and the CVEs that it fixes with their severity
  - docs/releases/security.txt            the archive of security issues, to cross-check the release notes
  - docs/faq/install.txt, METADATA        the Python versions of each series
"""

import argparse
import datetime
import json
import pathlib
import re
import subprocess
import sys
import tarfile
import zipfile

SERIES = ["1.8", "1.9", "1.10", "1.11", "2.0", "2.1", "2.2", "3.0", "3.1", "3.2", "4.0", "4.1", "4.2", "5.0", "5.1", "5.2", "6.0", "6.1"]
HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parent / "data" / "django.json"
ROOT = HERE.parents[2]


def number(version):
    return tuple(int(p) for p in version.split("."))


def download(cache):
    """Bring the wheel and the source archive of each series into the cache; pip leaves alone what is there."""
    for series in SERIES:
        wish = ["--quiet", "--no-deps", "--dest", str(cache), f"django=={series}.*"]
        pip = [sys.executable, "-m", "pip", "download"]
        # Metadata of old releases is fine for a new Python; --python-version lets pip offer the releases for newer ones, too.
        subprocess.run(pip + ["--only-binary", ":all:", "--python-version", "3.15"] + wish, check=True)
        if not any(source_version(p)[: 2] == number(series) for p in cache.glob("[Dd]jango-*.tar.gz")):
            subprocess.run(pip + ["--no-binary", "django", "--ignore-requires-python"] + wish, check=True)


def source_version(path):
    return number(re.match(r"[Dd]jango-([\d.]+)\.tar\.gz", path.name).group(1))


def newest(cache, pattern, series):
    """The file of the highest patch of a series."""
    found = []
    for path in cache.glob(pattern):
        version = number(re.match(r"[Dd]jango-([\d.]*\d)", path.name).group(1))
        if version[:2] == number(series):
            found.append((version, path))
    return max(found)[1]


class Source:
    """The text files of a source archive, by path below its top folder."""

    def __init__(self, path):
        self.text = {}
        with tarfile.open(path) as archive:
            for member in archive:
                name = member.name.split("/", 1)[-1]
                if member.isfile() and name.startswith("docs/") and name.endswith(".txt"):
                    self.text[name] = archive.extractfile(member).read().decode("utf-8")


def encode(value):
    """A value as the tool's JSON writes it."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, tuple):
        return {"$tuple": [encode(v) for v in value]}
    if isinstance(value, list):
        return [encode(v) for v in value]
    if isinstance(value, (set, frozenset)):
        return {"$set": sorted(encode(v) for v in value)}
    if isinstance(value, dict) and all(isinstance(k, str) for k in value):
        return {k: encode(v) for k, v in value.items()}
    if isinstance(value, datetime.timedelta):
        return {"$timedelta": value.total_seconds()}
    raise TypeError(f"no encoding for {value!r}")


def defaults(wheel):
    with zipfile.ZipFile(wheel) as z:
        text = z.read("django/conf/global_settings.py").decode("utf-8")
        metadata = z.read(next(n for n in z.namelist() if n.endswith(".dist-info/METADATA"))).decode("utf-8")
    namespace = {"__name__": "django.conf.global_settings"}
    exec(compile(text, "global_settings.py", "exec"), namespace)
    values = {k: encode(v) for k, v in namespace.items() if k.isupper()}
    pythons = re.findall(r"^Classifier: Programming Language :: Python :: (\d\.\d+)\s*$", metadata, re.M)
    return values, sorted(set(pythons), key=number)


def documented(source):
    """The settings that the documentation defines, with the series in which they were deprecated or None."""
    found = {}
    for path, text in sorted(source.text.items()):
        if path.startswith("docs/releases/"):
            continue
        parts = re.split(r"^\.\. setting:: +(\S+) *$", text, flags=re.M)
        for name, body in zip(parts[1::2], parts[2::2]):
            if not re.fullmatch(r"[A-Z][A-Z0-9_]*", name) or name.startswith("OLD_TEST_"):
                continue  # DATABASE-ATOMIC_REQUESTS is a key, OLD_TEST_NAME an anchor for one
            found[name] = deprecated_in(own_text(body))
    return found


def deprecated_in(text):
    """The series in which a setting as a whole was deprecated; a form or a default of it that was is not meant."""
    for series, reason in re.findall(r"^\.\. deprecated:: *(\d+\.\d+)\n\n?((?:    .*\n|\n)*)", text, re.M):
        if re.search(r"deprecated|remove|transitional|replace|obsolete|superseded|instead", reason) or not reason.strip():
            return series
    return None


def own_text(body):
    """The text that follows one ".. setting::", without the sections after its own title."""
    titles = [m.start() for m in re.finditer(r"^[^\s].*\n(?:-{3,}|={3,}|~{3,})$", body, re.M)]
    return body[: titles[1]] if len(titles) > 1 else body


def release(version, text):
    date = re.search(r"^\*(?:Released |)([A-Z][a-z]+\.? \d{1,2}, \d{4})\*", text, re.M)
    if not date:
        return None  # under development
    day = datetime.datetime.strptime(date.group(1), "%B %d, %Y").date()
    fact = {"version": version, "date": day.isoformat()}
    headings = re.split(r"^(.*CVE-\d{4}-\d+.*)\n={3,}$", text, flags=re.M)
    cves = []
    for title, body in zip(headings[1::2], headings[2::2]):
        severity = re.search(r'has severity\s+"(\w+)"', body)
        for cve in re.findall(r"CVE-\d{4}-\d+", title):
            about = re.sub(r"^:?\s*CVE-\d{4}-\d+:?\s*", "", title).replace("``", "").strip()
            cves.append(with_severity({"id": cve, "title": about}, severity))
    intro = text.split("\n\n", 3)[2] if text.count("\n\n") > 2 else text
    security = bool(cves) or bool(re.search(r"security\s+(?:issue|flaw|fix|vulnerabilit)", intro))
    if security and not cves:
        cves = [{"id": f"CVE-{c}", "title": ""} for c in dict.fromkeys(re.findall(r"(?:CVE-|:cve:`)(\d{4}-\d+)", text))]
    if security:
        fact["security"] = True
        fact["cves"] = sorted(cves, key=lambda c: number(c["id"][4:].replace("-", ".")))
    return fact


def with_severity(cve, match):
    if match:
        cve["severity"] = match.group(1).lower()
    return cve


def releases(source):
    """The final releases of all series of SERIES, in order."""
    found = []
    for path, text in source.text.items():
        m = re.fullmatch(r"docs/releases/(\d+(?:\.\d+)+)\.txt", path)
        if m and ".".join(m.group(1).split(".")[:2]) in SERIES:
            fact = release(m.group(1), text)
            if fact:
                found.append(fact)
    return sorted(found, key=lambda r: number(r["version"]))


def cross_check(source, facts):
    """Every CVE that the archive of security issues patches in a series must stand in a release of that series."""
    fixed = {(".".join(r["version"].split(".")[:2]), c["id"]) for r in facts for c in r.get("cves", [])}
    known = {c for _, c in fixed}
    parts = re.split(r"^.*:cve:`(\d{4}-\d+)`.*\n-{3,}$", source.text["docs/releases/security.txt"], flags=re.M)
    for cve, body in zip(parts[1::2], parts[2::2]):
        for series in re.findall(r"^\* Django (\d+\.\d+) ", body, re.M):
            if series in SERIES and (series, f"CVE-{cve}") not in fixed:
                where = "in other series" if f"CVE-{cve}" in known else "in none"
                print(f"note: CVE-{cve} is patched in {series}, but its release notes name it {where}", file=sys.stderr)


def ranges(by_series):
    """[{"since", "until", "default"}] from a value per series; neighbours with the same value are joined."""
    out = []
    for series in SERIES:
        if series not in by_series:
            continue
        value = by_series[series]
        previous = SERIES[SERIES.index(series) - 1] if series != SERIES[0] else None
        if out and out[-1]["until"] == previous and same(out[-1], value):
            out[-1]["until"] = series
        else:
            out.append({"since": series, "until": series, **value})
    return out


def same(entry, value):
    plain = {k: v for k, v in entry.items() if k not in ("since", "until")}
    return json.dumps(plain, sort_keys=False) == json.dumps(value, sort_keys=False)


def settings(values, docs):
    names = sorted({n for v in values.values() for n in v} | {n for d in docs.values() for n in d})
    out = []
    for name in names:
        by_series = {}
        for series in SERIES:
            if name in values[series]:
                by_series[series] = {"default": values[series][name]}
            elif name in docs[series]:
                by_series[series] = {}
        # Where the newest documentation has the setting, it decides: older ones deprecated forms of settings that live on.
        newest_docs = [docs[SERIES[-1]]] if name in docs[SERIES[-1]] else docs.values()
        deprecated = sorted({d[name] for d in newest_docs if d.get(name)}, key=number)
        fact = {"name": name, "in": ranges(by_series)}
        if deprecated:
            fact["deprecated"] = deprecated[0]
        out.append(fact)
    return out


def added_pythons(source):
    """{(series, python): first patch} from the table of the installation FAQ."""
    found = {}
    for line in source.text.get("docs/faq/install.txt", "").splitlines():
        m = re.match(r"(\d+\.\d+) {2,}\d", line)
        if m:
            for python, patch in re.findall(r"(\d\.\d+) \(added in ([\d.]+)\)", line):
                found[m.group(1), python] = patch
    return found


def build(cache, today):
    sources = {s: Source(newest(cache, "[Dd]jango-*.tar.gz", s)) for s in SERIES}
    values, pythons, docs, added = {}, {}, {}, {}
    for series in SERIES:
        values[series], pythons[series] = defaults(newest(cache, "[Dd]jango-*.whl", series))
        docs[series] = documented(sources[series])
        added.update(added_pythons(sources[series]))
    last = sources[SERIES[-1]]
    facts = releases(last)
    cross_check(last, facts)
    series = []
    for name in SERIES:
        of = [r for r in facts if number(r["version"])[:2] == number(name)]
        series.append({
            "name": name,
            "pythons": [{"python": p, **({"since": added[name, p]} if (name, p) in added else {})} for p in pythons[name]],
            "releases": of,
        })
    return {"as_of": today, "source": "the wheels and source archives of Django on PyPI, see gen/django.py",
            "series": series, "settings": settings(values, docs)}


def write(facts):
    """JSON with one line per release and per setting, so that changes are readable."""
    def line(x):
        return json.dumps(x, ensure_ascii=False, separators=(",", ":"))
    out = ["{", f'"as_of": {line(facts["as_of"])},', f'"source": {line(facts["source"])},', '"series": [']
    for i, s in enumerate(facts["series"]):
        out.append(f' {{"name": {line(s["name"])}, "pythons": {line(s["pythons"])}, "releases": [')
        out.append(",\n".join("  " + line(r) for r in s["releases"]))
        out.append(" ]}" + ("," if i + 1 < len(facts["series"]) else ""))
    out += ["],", '"settings": [', ",\n".join(" " + line(s) for s in facts["settings"]), "]", "}", ""]
    return "\n".join(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the committed file and write nothing")
    parser.add_argument("--offline", action="store_true", help="take what is in the cache, download nothing")
    parser.add_argument("--cache", type=pathlib.Path, default=ROOT / "build" / "django")
    args = parser.parse_args()
    args.cache.mkdir(parents=True, exist_ok=True)
    if not args.offline:
        download(args.cache)
    today = datetime.date.today().isoformat()
    if args.check:
        committed = OUT.read_text(encoding="utf-8")
        today = json.loads(committed)["as_of"]
        if write(build(args.cache, today)) != committed:
            sys.exit("data/django.json is not current: run internal/knowledge/gen/django.py")
        return
    OUT.write_text(write(build(args.cache, today)), encoding="utf-8")


if __name__ == "__main__":
    main()
