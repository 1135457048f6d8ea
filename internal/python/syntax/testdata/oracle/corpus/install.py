#!/usr/bin/env python3
"""Download pinned packages, and unpack their Python files into a folder of their own each: install.py FOLDER

wheels.txt and sources.txt beside this file name the packages. Nothing is compiled, nor are dependencies installed. A
package that is there is left alone, so that a run which was interrupted goes on. Source distributions carry the tests of
a package; pip asks each for its metadata, which runs its build backend in an environment of its own.
"""

import concurrent.futures
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
SUFFIXES = (".py", ".pyi")
TRIES = 3
SECONDS = 300  # for one download

# Wheels for the newest Python, whichever runs this: they are only read.
NEWEST = ["--python-version", "3.14.9"]
WHEELS = ["--only-binary", ":all:", "--implementation", "cp", "--abi", "cp314", "--abi", "abi3", "--abi", "none"]
for platform in ("2_28_x86_64", "2_27_x86_64", "2_17_x86_64", "2014_x86_64", "1_x86_64"):
    WHEELS += ["--platform", ("manylinux_" if "_" in platform[:3] else "manylinux") + platform]
WHEELS += ["--platform", "any"]
SOURCES = ["--no-binary", ":all:"]


def pins(name):
    return (HERE / name).read_text().split()


def download(pin, options, into):
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += NEWEST + options + ["--dest", str(into), pin]
    problem = ""
    for _ in range(TRIES):
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            problem = "took more than %d seconds" % SECONDS
            continue
        if done.returncode == 0:
            return next(p for p in into.iterdir() if p.is_file())
        problem = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else "pip failed"
    raise RuntimeError(problem)


def texts(archive):
    """Give name and bytes of each Python file of a wheel or source distribution."""
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as z:
            for name in z.namelist():
                if name.endswith(SUFFIXES):
                    yield name, z.read(name)
        return
    with tarfile.open(archive) as t:
        for member in t:
            if member.isfile() and member.name.endswith(SUFFIXES):
                yield member.name, t.extractfile(member).read()


def install(pin, options, folder):
    target = folder / pin.replace("==", "-")
    if target.is_dir():
        return
    with tempfile.TemporaryDirectory(dir=folder, prefix=".") as temporary:
        temporary = pathlib.Path(temporary)
        archive = download(pin, options, temporary)
        unpacked = temporary / "unpacked"
        unpacked.mkdir()
        for name, data in texts(archive):
            path = unpacked / name
            if not path.resolve().is_relative_to(unpacked.resolve()):
                raise RuntimeError("a file outside of the archive's folder: " + name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        unpacked.rename(target)


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [(pin, SOURCES) for pin in pins("sources.txt")] + [(pin, WHEELS) for pin in pins("wheels.txt")]
    names = {pin.replace("==", "-") for pin, _ in wanted}
    for old in folder.iterdir():  # what the lists no longer name
        if old.is_dir() and old.name not in names:
            shutil.rmtree(old)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        jobs = {pool.submit(install, pin, options, folder): pin for pin, options in wanted}
        for job in concurrent.futures.as_completed(jobs):
            if job.exception() is not None:
                failed += 1
                print("%s: %s" % (jobs[job], job.exception()), file=sys.stderr)
    print("%d packages, %d missing" % (len(wanted), failed))
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
