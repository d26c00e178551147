#!/usr/bin/env python3
"""What can be said of mimamori-agent.exe without running it.

usage: program_test.py CHECK OBJDUMP PROGRAM [argument...]

CHECKs:
  imports LIST     every function it imports is in LIST: Windows 7 SP1 has it
  size BYTES       it is no larger
  paths FOLDER...  no path of the machine it was built on is in it
  form             subsystem of Windows 7, no window, protections on, names in both languages
"""
import os
import re
import subprocess
import sys


def dump(objdump, *arguments):
    return subprocess.run([objdump, *arguments], check=True, capture_output=True, text=True).stdout


def allowed_functions(path):
    allowed = {}
    library = None
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            line = line.split("#")[0].strip()
            if line.startswith("["):
                library = line.strip("[]").lower()
                allowed[library] = set()
            elif line:
                allowed[library].add(line)
    return allowed


def imported_functions(text):
    """Pairs of library and function from `objdump -p`."""
    library = None
    for line in text.splitlines():
        found = re.match(r"\s*DLL Name: (\S+)", line)
        if found:
            library = found.group(1).lower()
            continue
        if library and not line.strip():
            library = None
        # \t2ad8e4\t  521  GetProcAddress
        found = re.match(r"\s*[0-9a-f]+\s+(?:<none>\s+)?([0-9a-f]+)\s+(\S+)$", line)
        if library and found:
            yield library, found.group(2)


def check_imports(objdump, program, list_file):
    allowed = allowed_functions(list_file)
    imported = sorted(set(imported_functions(dump(objdump, "-p", program))))
    assert len(imported) > 100, f"only {len(imported)} imports were understood"
    strangers = [f"{library} {name}" for library, name in imported
                 if name not in allowed.get(library, ())]
    assert not strangers, (
        "not in " + list_file + ", where everything stands that Windows 7 SP1 is known to have:\n  "
        + "\n  ".join(strangers))
    print(f"{len(imported)} functions of {len({library for library, _ in imported})} libraries")


def check_size(_, program, bytes_max):
    with open(program, "rb") as file:
        size = len(file.read())
    assert size <= int(bytes_max), f"{size} bytes, more than {bytes_max}"
    print(f"{size} bytes of {bytes_max}")


def check_paths(_, program, *folders):
    with open(program, "rb") as file:
        content = file.read()
    for folder in (*folders, "/usr/include", "/usr/lib", "/tmp/", "/home/", "/build/",
                   os.path.expanduser("~") + "/"):
        for form in (folder.encode(), folder.encode("utf-16-le")):
            at = content.find(form)
            assert at < 0, f"{folder!r} at {at}: {content[max(at - 40, 0):at + 120]!r}"


def check_form(objdump, program):
    headers = dump(objdump, "-p", program)

    def value_of(name):
        return re.search(rf"^{name}\s+(\S+)", headers, re.M).group(1)

    assert (value_of("MajorSubsystemVersion"), value_of("MinorSubsystemVersion")) == ("6", "1")
    assert "(Windows CUI)" in headers, "not a console program"
    for protection in ("DYNAMIC_BASE", "NX_COMPAT"):
        assert protection in headers, f"without {protection}"
    with open(program, "rb") as file:
        content = file.read()
    for words in ("見守り エージェント", "mimamori agent", "VS_VERSION_INFO"):
        assert words.encode("utf-16-le") in content, f"no {words!r} among its resources"
    for words in (b"asInvoker", b"longPathAware", b"35138b9a-5d96-4fbd-8e2d-a2440225f93a"):
        assert words in content, f"no {words!r} in its manifest"


def main():
    check, objdump, program, *arguments = sys.argv[1:]
    checks = {"imports": check_imports, "size": check_size, "paths": check_paths,
              "form": check_form}
    try:
        checks[check](objdump, program, *arguments)
    except AssertionError as failure:
        sys.exit(f"{check}: {failure}")


if __name__ == "__main__":
    main()
